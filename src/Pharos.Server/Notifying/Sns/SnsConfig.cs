using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;
using Pharos.Server.HttpClients.Aws;


namespace Pharos.Server.Notifying.Sns;

/// <summary>An item of <c>sns_configs</c>. All texts are templates.</summary>
sealed record SnsConfig : IntegrationConfig
{
    /// <summary>Empty: that of the region.</summary>
    public string ApiUrl { get; init; } = "";

    public required AwsLoginConfig Login { get; init; }

    public required HttpClientConfig Http { get; init; }

    /// <summary>One of this, <see cref="TargetArn"/> and <see cref="PhoneNumber"/> is given.</summary>
    public string TopicArn { get; init; } = "";

    public string TargetArn { get; init; } = "";

    public string PhoneNumber { get; init; } = "";

    public string Subject { get; init; } = "";

    public string Message { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> Attributes { get; init; } = [];

    public static SnsConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var loginSection = section.Section("sigv4");
        var login = AwsLoginReader.Read(loginSection, section.Source.Environment);
        loginSection?.Close();
        if (login.Problem is { } problem && !section.IsBroken) section.Warn("sigv4", problem);
        var config = new SnsConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = login.Problem ?? ReceiverReading.Unable(login.SecretKey, login.SessionToken),
            ApiUrl = section.ExpandedText("api_url") ?? "",
            Login = login,
            Http = ReceiverReading.Http(section, global),
            TopicArn = section.Text("topic_arn", ""),
            TargetArn = section.Text("target_arn", ""),
            PhoneNumber = section.Text("phone_number", ""),
            Subject = section.Text("subject", "{{ template \"sns.default.subject\" . }}"),
            Message = section.Text("message", "{{ template \"sns.default.message\" . }}"),
            Attributes = section.Pairs("attributes"),
        };
        section.DoesNothing("use_aws_http_client", "requests go out by the client that http_config describes");
        var given = new[] { config.TopicArn, config.TargetArn, config.PhoneNumber }.Count(target => target.Length > 0);
        if (given is 0 or 2 && !section.IsBroken) section.Error("exactly one of topic_arn, target_arn and phone_number has to be written");
        if (given == 3) section.Warn("topic_arn", "target_arn and phone_number are written, too, and SNS refuses such requests; keep one of the three"); // Alertmanager takes it.
        section.Close();
        return config;
    }
}
