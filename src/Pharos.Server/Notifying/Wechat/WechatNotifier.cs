using System.Globalization;
using System.Text.Json;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Wechat;

/// <summary>Sends a message as an application of WeCom: fetches a token with the application's secret, then posts with it.</summary>
/// <remarks>
/// <para>Tokens are kept as long as the service says; it limits how often one may be fetched. A message that meets an outdated one gets a new one at once.</para>
/// <para>Limit: 2048 bytes of content. The service answers 200 also when it refuses.</para>
/// <para>Threads: several groups may find no token at once and fetch it twice; the service then gives them the same.</para>
/// <para>Source: developer.work.weixin.qq.com, "Get access_token", "Send application messages", "Global error codes".</para>
/// </remarks>
sealed class WechatNotifier(WechatConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxContentBytes = 2048;

    /// <summary>Invalid credential, invalid token, token expired.</summary>
    static readonly int[] OutdatedToken = [40001, 40014, 42001];

    /// <summary>The service is busy (-1); too many requests (45009, 45033).</summary>
    static readonly int[] Passing = [-1, 45009, 45033];

    readonly ServiceClient client = new("wechat", config.Http, services);
    volatile Token? kept;

    sealed record Token(string Text, DateTimeOffset Until);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var secret = texts.Needed(config.ApiSecret.Read()).Trim();
            var message = Message(texts);
            for (var isFresh = false; ; isFresh = true)
            {
                var token = kept is { } known && known.Until > client.Time.GetUtcNow() ? known : null;
                if (token is null)
                {
                    var (fetched, problem) = await FetchAsync(texts.Needed(config.CorpId), secret, inTime);
                    if (fetched is null) return problem!;
                    kept = token = fetched;
                    isFresh = true;
                }
                var answer = await client.SendJsonAsync(HttpMethod.Post, $"{config.ApiUrl.TrimEnd('/')}/message/send?access_token={Uri.EscapeDataString(token.Text)}", message, inTime);
                if (!answer.IsSuccess) return client.Judge(answer, secrets: [secret, token.Text]);
                var code = Code(answer);
                if (code == 0) return NotifyResult.Sent(answer.Status);
                if (OutdatedToken.Contains(code)) kept = null;
                if (OutdatedToken.Contains(code) && !isFresh) continue;
                return Refused(answer, code, secret, token.Text);
            }
        },
        cancellation);

    public void Dispose() => client.Dispose();

    async ValueTask<(Token? Token, NotifyResult? Problem)> FetchAsync(string corp, string secret, CancellationToken cancellation)
    {
        var answer = await client.GetAsync($"{config.ApiUrl.TrimEnd('/')}/gettoken?corpid={Uri.EscapeDataString(corp)}&corpsecret={Uri.EscapeDataString(secret)}", cancellation);
        if (!answer.IsSuccess) return (null, client.Judge(answer, secrets: secret));
        var token = JsonFields.Member(answer.Body, "access_token");
        if (string.IsNullOrEmpty(token)) return (null, Refused(answer, Code(answer), secret));
        var seconds = int.TryParse(JsonFields.Member(answer.Body, "expires_in"), CultureInfo.InvariantCulture, out var told) && told > 0 ? told : 7200;
        return (new(token, client.Time.GetUtcNow().AddSeconds(seconds)), null);
    }

    byte[] Message(NotificationTexts texts) => ServiceClient.Json(json =>
    {
        var to = Addressees(texts);
        // The empty other kind is sent, too, as Alertmanager does: relays of users may be used to it.
        foreach (var kind in (string[])["text", "markdown"])
        {
            json.WriteStartObject(kind);
            json.WriteString("content", kind == config.MessageType ? texts.Body(config.Message, "wechat.default.message", Shortened.ToBytes, MaxContentBytes) : "");
            json.WriteEndObject();
        }
        json.WriteFilled("touser", to.User);
        json.WriteFilled("toparty", to.Party);
        json.WriteFilled("totag", to.Tag);
        json.WriteFilled("agentid", texts.Needed(config.AgentId));
        json.WriteString("safe", "0");
        json.WriteString("msgtype", config.MessageType);
    });

    /// <summary>One that cannot be rendered is left out, as long as somebody is left to be told.</summary>
    (string User, string Party, string Tag) Addressees(NotificationTexts texts)
    {
        var to = (User: texts.Field(config.ToUser), Party: texts.Field(config.ToParty), Tag: texts.Field(config.ToTag));
        return to is ("", "", "") ? (texts.Needed(config.ToUser), texts.Needed(config.ToParty), texts.Needed(config.ToTag)) : to;
    }

    /// <summary>The code in an answer; -1, busy, when it has none: then something else than the service answered.</summary>
    static int Code(ServiceAnswer answer) => int.TryParse(JsonFields.Member(answer.Body, "errcode"), CultureInfo.InvariantCulture, out var code) ? code : -1;

    static NotifyResult Refused(ServiceAnswer answer, int code, params string?[] secrets)
    {
        var reason = ServiceClient.Told(string.Create(CultureInfo.InvariantCulture, $"wechat refused with code {code}"), JsonFields.Member(answer.Body, "errmsg") ?? answer.Body, secrets);
        return Passing.Contains(code) || OutdatedToken.Contains(code) && secrets.Length > 1
            ? NotifyResult.Retry(reason, answer.RetryAfter, code is -1 || OutdatedToken.Contains(code) ? answer.Status : 429)
            : NotifyResult.Failed(reason, answer.Status);
    }
}
