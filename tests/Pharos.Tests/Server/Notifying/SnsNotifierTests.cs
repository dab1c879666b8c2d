using System.Net;
using Pharos.Server.Notifying;

namespace Pharos.Tests.Server.Notifying;

/// <summary>Source: docs.aws.amazon.com, SNS API Reference, Publish; STS API Reference, AssumeRole. The signature itself: SigV4Tests.</summary>
public sealed class SnsNotifierTests : IDisposable
{
    const string Form = "application/x-www-form-urlencoded";
    const string Keys = "sigv4: {region: eu-central-1, access_key: AK, secret_key: s3cret}";

    readonly string folder = Directory.CreateTempSubdirectory("pharos-sns-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_topic_is_published_to()
    {
        using var service = FakeService.Answering(200, "<PublishResponse/>", type: Form);
        await NotifyAsync(service, $"{{api_url: URL, topic_arn: 'arn:t', message: \"a b\\n\", subject: \"line\\nbreak\", attributes: {{sev: '{{{{ .CommonLabels.severity }}}}', gone: '{{{{ .CommonLabels.nope }}}}'}}, {Keys}}}");

        var request = Assert.Single(service.Requests);
        Assert.Equal(("POST", "/"), (request.Method, request.Path));
        Assert.Equal(
            ["Action=Publish", "Version=2010-03-31", "Message=a b\n", "MessageAttributes.entry.1.Name=sev", "MessageAttributes.entry.1.Value.DataType=String", "MessageAttributes.entry.1.Value.StringValue=critical", "Subject=line break", "TopicArn=arn:t"],
            FieldsOf(request));
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AK/", request.Authorization, StringComparison.Ordinal);
        Assert.Contains("/eu-central-1/sns/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=", request.Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_telephone_gets_no_more_than_it_takes_and_is_told_so()
    {
        using var service = FakeService.Answering(200, "<PublishResponse/>", type: Form);
        await NotifyAsync(service, $"{{api_url: URL, phone_number: '+491', message: {new string('x', 2000)}, subject: '', {Keys}}}");
        var fields = FieldsOf(service.Requests[0]);
        Assert.Contains("PhoneNumber=+491", fields);
        Assert.Contains("MessageAttributes.entry.1.Name=truncated", fields);
        Assert.Equal("Message=".Length + 1600, fields.Single(field => field.StartsWith("Message=", StringComparison.Ordinal)).Length);
    }

    [Fact]
    public async Task A_fifo_topic_never_takes_the_end_of_alerts_for_their_beginning()
    {
        using var service = FakeService.Answering(200, "<PublishResponse/>", type: Form);
        foreach (var isFiring in (bool[])[true, true, false]) await NotifyAsync(service, $"{{api_url: URL, topic_arn: 'arn:t.fifo', {Keys}}}", isFiring);
        string[] Ids(string name) => [.. service.Requests.Select(request => FieldsOf(request).Single(field => field.StartsWith($"{name}=", StringComparison.Ordinal)))];
        Assert.Single(Ids("MessageGroupId").Distinct());
        Assert.Equal((true, false), (Ids("MessageDeduplicationId")[0] == Ids("MessageDeduplicationId")[1], Ids("MessageDeduplicationId")[1] == Ids("MessageDeduplicationId")[2]));
    }

    [Fact]
    public async Task A_limit_that_answers_400_is_tried_again()
    {
        using var service = FakeService.Answering(400, "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>", type: Form);
        var result = await NotifyAsync(service, $"{{api_url: URL, topic_arn: a, {Keys}}}");
        Assert.Equal((NotifyOutcome.Retry, NotifyFault.RateLimited, "sns limits the rate (Throttling): Rate exceeded"), (result.Outcome, result.Fault, result.Reason));
    }

    [Fact]
    public async Task A_role_is_taken_on_once_and_signs_with_its_own_keys()
    {
        using var service = new FakeService((context, count) => FakeService.Write(context, 200, count > 1 ? "<PublishResponse/>" : """
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>rs</SecretAccessKey>
            <SessionToken>rt</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
            """), Form);
        var yaml = "{api_url: URL, topic_arn: a, sigv4: {region: eu-central-1, access_key: AK, secret_key: s3cret, role_arn: 'arn:r', external_id: e}}".Replace("URL", service.Url, StringComparison.Ordinal);
        var notifier = SomeNotification.Notifier("sns", yaml, environment: name => name == "AWS_ENDPOINT_URL_STS" ? service.Url : null);
        for (var i = 0; i < 2; i++) Assert.Equal(NotifyOutcome.Sent, (await notifier.NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken)).Outcome);

        Assert.Equal(3, service.Requests.Count);
        Assert.Equal(["Action=AssumeRole", "Version=2011-06-15", "RoleArn=arn:r", "RoleSessionName=pharos", "ExternalId=e"], FieldsOf(service.Requests[0]));
        Assert.Contains("Credential=AK/", service.Requests[0].Authorization, StringComparison.Ordinal);
        Assert.All(service.Requests.Skip(1), request => Assert.Equal((true, "rt"), (request.Authorization!.Contains("Credential=ROLE/", StringComparison.Ordinal), request.Headers["X-Amz-Security-Token"])));
    }

    [Fact]
    public async Task A_role_that_is_refused_says_so_without_keys()
    {
        using var service = FakeService.Answering(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for s3cret</Message></Error></ErrorResponse>", type: Form);
        var yaml = "{api_url: URL, topic_arn: a, sigv4: {region: r, access_key: AK, secret_key: s3cret, role_arn: 'arn:r'}}".Replace("URL", service.Url, StringComparison.Ordinal);
        var result = await SomeNotification.Notifier("sns", yaml, environment: name => name == "AWS_ENDPOINT_URL_STS" ? service.Url : null).NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
        Assert.Equal(NotifyOutcome.Failed, result.Outcome);
        Assert.DoesNotContain("s3cret", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_come_from_variables_and_profiles_too()
    {
        using var service = FakeService.Answering(200, "<PublishResponse/>", type: Form);
        var file = Path.Combine(folder, "credentials");
        File.WriteAllText(file, "[default]\naws_access_key_id = D\naws_secret_access_key=ds\n# x\n[ops]\naws_access_key_id=P\naws_secret_access_key = ps\naws_session_token = pt\n");
        var variables = new Dictionary<string, string> { ["AWS_REGION"] = "us-east-2", ["AWS_ACCESS_KEY_ID"] = "V", ["AWS_SECRET_ACCESS_KEY"] = "vs", ["AWS_SHARED_CREDENTIALS_FILE"] = file };
        foreach (var yaml in (string[])["{api_url: URL, topic_arn: a}", "{api_url: URL, topic_arn: a, sigv4: {profile: ops}}"])
        {
            var notifier = SomeNotification.Notifier("sns", yaml.Replace("URL", service.Url, StringComparison.Ordinal), environment: variables.GetValueOrDefault);
            await notifier.NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
        }
        Assert.Contains("Credential=V/", service.Requests[0].Authorization, StringComparison.Ordinal);
        Assert.Contains("Credential=P/", service.Requests[1].Authorization, StringComparison.Ordinal);
        Assert.Equal("pt", service.Requests[1].Headers["X-Amz-Security-Token"]);
    }

    [Fact]
    public void What_cannot_be_signed_is_told_when_the_file_is_read()
    {
        var (config, _, faults) = SomeNotification.Read("sns", "{topic_arn: a, sigv4: {region: r}}", environment: name => name == "HOME" ? folder : null);
        var problem = $"no keys are known: neither access_key nor AWS_ACCESS_KEY_ID is set, and there is no {folder}/.aws/credentials; credentials that a machine or container hands out are not fetched";
        Assert.Equal([$"/x/alertmanager.yml:1:23: warning: sns.sigv4: {problem}"], faults);
        Assert.Equal(problem, config.Unable);
        Assert.Equal(["/x/alertmanager.yml:1:1: warning: sns.sigv4: no region is known; write sigv4.region, or set AWS_REGION"], SomeNotification.Read("sns", "{topic_arn: a}").Faults);
    }

    async Task<NotifyResult> NotifyAsync(FakeService service, string yaml, bool isFiring = true) =>
        await SomeNotification.Notifier("sns", yaml.Replace("URL", service.Url, StringComparison.Ordinal)).NotifyAsync(isFiring ? SomeNotification.Firing() : SomeNotification.Resolved(), TestContext.Current.CancellationToken);

    static string[] FieldsOf(FakeService.Received request) => [.. request.Body.Split('&').Select(WebUtility.UrlDecode).Select(field => field!)];
}
