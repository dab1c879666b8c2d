using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Wechat;

/// <summary>An item of <c>wechat_configs</c> (WeCom). All texts are templates.</summary>
sealed record WechatConfig : IntegrationConfig
{
    public required Secret ApiSecret { get; init; }

    public required string ApiUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    public string CorpId { get; init; } = "";

    public string Message { get; init; } = "";

    /// <summary><c>text</c> or <c>markdown</c>.</summary>
    public string MessageType { get; init; } = "text";

    public string AgentId { get; init; } = "";

    public string ToUser { get; init; } = "";

    public string ToParty { get; init; } = "";

    public string ToTag { get; init; } = "";

    public static WechatConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var secret = ReceiverReading.SecretOrFile(section, "api_secret", "api_secret_file") ?? global.WechatApiSecret;
        var corp = section.ExpandedText("corp_id") ?? global.WechatApiCorpId;
        if (secret is null && !section.IsBroken) section.Error("api_secret is missing, and global has no wechat_api_secret; write one of them");
        if (string.IsNullOrEmpty(corp) && !section.IsBroken) section.Error("corp_id is missing, and global has no wechat_api_corp_id; write one of them");
        var config = new WechatConfig
        {
            SendResolved = section.Bool("send_resolved"),
            Unable = ReceiverReading.Unable(secret),
            ApiSecret = secret ?? Secret.Unavailable("no api_secret"),
            ApiUrl = ReceiverReading.Url(section, "api_url")?.ToString() ?? global.WechatApiUrl,
            Http = ReceiverReading.Http(section, global),
            CorpId = corp ?? "",
            Message = section.Text("message", "{{ template \"wechat.default.message\" . }}"),
            MessageType = section.Text("message_type") is "" ? "text" : section.OneOf("message_type", "text", "markdown") ?? "text",
            AgentId = section.Text("agent_id", "{{ template \"wechat.default.agent_id\" . }}"),
            ToUser = section.Text("to_user", "{{ template \"wechat.default.to_user\" . }}"),
            ToParty = section.Text("to_party", "{{ template \"wechat.default.to_party\" . }}"),
            ToTag = section.Text("to_tag", "{{ template \"wechat.default.to_tag\" . }}"),
        };
        section.Close();
        return config;
    }
}
