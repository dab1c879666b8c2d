using System.Globalization;

namespace Pharos.Server.Notifying.Pushover;

/// <summary>Pushes a message to the devices of a user or group.</summary>
/// <remarks>
/// <para>Limits: title 250, message 1024, address 512, its title 100 characters.</para>
/// <para>The parameters go as a form, not in the address where Alertmanager puts them: both are documented, and addresses land in logs of proxies, tokens and all.</para>
/// <para>Source: pushover.net/api, "Pushing Messages", "Limitations", "Message Priority".</para>
/// </remarks>
sealed class PushoverNotifier(PushoverConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxTitle = 250;
    const int MaxMessage = 1024;
    const int MaxUrl = 512;
    const int MaxUrlTitle = 100;

    readonly ServiceClient client = new("pushover", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var (token, user) = (texts.Needed(config.Token.Read()).Trim(), texts.Needed(config.UserKey.Read()).Trim());
            var message = (config.Html
                ? texts.HtmlBody(config.Message, "pushover.default.message", Shortened.ToRunes, MaxMessage)
                : texts.Body(config.Message, "pushover.default.message", Shortened.ToRunes, MaxMessage)).Trim();
            List<KeyValuePair<string, string>> form =
            [
                new("token", token),
                new("user", user),
                new("title", Shortened.ToRunes(texts.Field(config.Title, "pushover.default.title"), MaxTitle)),
                new("message", message.Length > 0 ? message : "(no details)"), // Empty ones are refused.
            ];
            void Add(string name, string value)
            {
                if (value.Length > 0) form.Add(new(name, value));
            }
            Add("url", Shortened.ToRunes(texts.Field(config.Url, "pushover.default.url"), MaxUrl));
            Add("url_title", Shortened.ToRunes(texts.Field(config.UrlTitle), MaxUrlTitle));
            Add("priority", texts.TryField(config.Priority, out var priority) ? priority.Trim() : notification.IsFiring ? "2" : "0");
            Add("retry", Seconds(config.Retry));
            Add("expire", Seconds(config.Expire));
            Add("device", texts.Field(config.Device));
            Add("sound", texts.Field(config.Sound));
            if (config.Ttl >= TimeSpan.FromSeconds(1)) Add("ttl", Seconds(config.Ttl));
            if (config.Html) Add("html", "1");
            if (config.Monospace) Add("monospace", "1");
            var answer = await client.SendAsync(HttpMethod.Post, config.ApiUrl, new FormUrlEncodedContent(form), inTime);
            return client.Judge(answer, secrets: [token, user]);
        },
        cancellation);

    public void Dispose() => client.Dispose();

    static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
