using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;
using MimeKit.Text;
using Pharos.Query.GoTemplate;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Email;

/// <summary>Sends a mail with text and HTML by SMTP.</summary>
sealed class EmailNotifier(EmailConfig config, NotifierServices services) : INotifier
{
    /// <summary>Addresses as the standard has them, and with a domain: what a server would guess at is the template's fault, told here.</summary>
    static readonly ParserOptions Strict = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
    };

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
        catch (MailFault error)
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
        using var message = Compose(notification, texts, from[0].Domain);
        await MailSession.SendAsync(config, message, from[0], to, cancellation);
        return NotifyResult.Sent();
    }

    MimeMessage Compose(Notification notification, NotificationTexts texts, string host)
    {
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
        var message = new MimeMessage();
        message.Headers.Clear();
        foreach (var (name, value) in headers) message.Headers.Add(new Header(Encoding.UTF8, name, OneLine(value)));
        var body = new MultipartAlternative(); // The last alternative is the one that programs prefer.
        Add(body, TextFormat.Plain, Text(texts));
        Add(body, TextFormat.Html, Html(texts));
        message.Body = body;
        return message;
    }

    static void Add(MultipartAlternative body, TextFormat format, string content)
    {
        if (content.Length == 0) return;
        var part = new TextPart(format) { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        part.SetText(Encoding.UTF8, content);
        body.Add(part);
    }

    /// <summary>Line ends become blanks, so that no value makes another header.</summary>
    static string OneLine(string value) => new string([.. value.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();

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

    /// <summary>The addresses of a list such as <c>Ops &lt;ops@example.org&gt;, a@example.org</c>.</summary>
    static bool TryAddresses(string list, out IReadOnlyList<MailboxAddress> addresses)
    {
        addresses = InternetAddressList.TryParse(Strict, list, out var parsed) ? [.. parsed.Mailboxes] : [];
        return addresses.Count > 0 && addresses.All(address => !address.Address.Any(c => char.IsControl(c) || c is '<' or '>'));
    }
}
