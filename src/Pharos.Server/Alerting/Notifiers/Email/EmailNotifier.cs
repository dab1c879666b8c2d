using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using Pharos.Query.GoTemplate;
using Pharos.Server.Alerting.Templates;

namespace Pharos.Server.Alerting.Notifiers.Email;

/// <summary>Sends a mail with text and HTML by SMTP.</summary>
sealed class EmailNotifier(EmailConfig config, NotifierServices services) : INotifier
{
    public async ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        try
        {
            var texts = services.Templates.For(notification);
            return await texts.AttemptAsync(() => SendAsync(notification, texts, cancellation));
        }
        catch (TemplateException error)
        {
            return NotifyResult.Failed($"template: {error.Message}", fault: NotifyFault.Template);
        }
        catch (SmtpException error)
        {
            return error.MayPass ? NotifyResult.Retry($"email: {error.Message}") : NotifyResult.Failed($"email: {error.Message}");
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            return NotifyResult.Retry($"email: {error.Message}");
        }
    }

    async ValueTask<NotifyResult> SendAsync(Notification notification, NotificationTexts texts, CancellationToken cancellation)
    {
        if (!TryAddresses(texts.Needed(config.From), out var from) || from.Count != 1) return NotifyResult.Failed("email: \"from\" is not one address", fault: NotifyFault.Template);
        if (!TryAddresses(texts.Needed(config.To), out var to)) return NotifyResult.Failed("email: \"to\" holds no address that can be read", fault: NotifyFault.Template);
        var message = Compose(notification, texts, from[0]);
        await using var session = await SmtpSession.OpenAsync(config, cancellation);
        await session.LogInAsync(cancellation);
        await session.SendAsync(from[0], to, message, cancellation);
        await session.QuitAsync(cancellation);
        return NotifyResult.Sent();
    }

    string Compose(Notification notification, NotificationTexts texts, string from)
    {
        var host = from[(from.LastIndexOf('@') + 1)..];
        var headers = config.Headers
            .Select(header => (header.Key, Value: header.Key == "Subject" || texts.Renders(header.Key, header.Value) ? texts.Field(header.Value, "email.default.subject", header.Key) : null))
            .Where(header => header.Value is not null)
            .Select(header => KeyValuePair.Create(header.Key, header.Value!))
            .ToList();
        AddUnlessThere(headers, "To", texts.Needed(config.To));
        AddUnlessThere(headers, "From", texts.Needed(config.From));
        AddUnlessThere(headers, "Date", notification.Now.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        AddUnlessThere(headers, "Message-Id", $"<{Guid.NewGuid():N}@{host}>");
        if (config.IsThreaded)
        {
            // All messages of a group refer to one that never was: programs need no more to show them together.
            var day = config.ThreadsByDay ? notification.Now.ToString("-yyyy-MM-dd", CultureInfo.InvariantCulture) : "";
            var thread = $"<alert-group-{ServiceClient.KeyOf(notification.GroupKey)[..16]}{day}@{host}>";
            AddUnlessThere(headers, "References", thread);
            AddUnlessThere(headers, "In-Reply-To", thread);
        }
        return EmailMessage.Compose(headers, Text(texts), Html(texts), Guid.NewGuid().ToString("N"));
    }

    string Text(NotificationTexts texts) => config.Text.Length == 0 ? "" : texts.Body(config.Text, config.Html.Length == 0 ? "sns.default.message" : "");

    string Html(NotificationTexts texts)
    {
        if (config.Html.Length == 0) return "";
        var page = texts.HtmlField(config.Html, "email.default.html");
        if (texts.Note.Length == 0) return page;
        var end = page.LastIndexOf("</body>", StringComparison.OrdinalIgnoreCase);
        return page.Insert(end < 0 ? page.Length : end, $"<p>{WebUtility.HtmlEncode(texts.Note)}</p>");
    }

    static void AddUnlessThere(List<KeyValuePair<string, string>> headers, string name, string value)
    {
        if (!headers.Exists(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))) headers.Add(new(name, value));
    }

    /// <summary>The bare addresses of a list such as <c>Ops &lt;ops@example.org&gt;, a@example.org</c>.</summary>
    static bool TryAddresses(string list, out IReadOnlyList<string> addresses)
    {
        try
        {
            addresses = [.. new MailAddressCollection { list }.Select(address => address.Address)];
            return addresses.Count > 0 && addresses.All(address => !address.Any(c => char.IsControl(c) || c is '<' or '>'));
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            addresses = [];
            return false;
        }
    }
}
