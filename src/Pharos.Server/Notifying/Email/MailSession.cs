using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Notifying.Email;

/// <summary>One conversation with a mail server: greeting, TLS, login, one message.</summary>
/// <remarks>
/// <para>MailKit speaks SMTP; here stand the order of things that Alertmanager's settings mean, and whose words a fault repeats.</para>
/// <para>Errors: <see cref="MailFault"/>, <see cref="IOException"/>, <see cref="SocketException"/>; time ends it by the token alone.</para>
/// </remarks>
sealed class MailSession : IDisposable
{
    readonly EmailConfig config;
    readonly SmtpClient client = new(new ReplyLimit());

    MailSession(EmailConfig config) => this.config = config;

    /// <summary>Hands one message over, all of it or nothing.</summary>
    public static async ValueTask SendAsync(EmailConfig config, MimeMessage message, MailboxAddress from, IEnumerable<MailboxAddress> to, CancellationToken cancellation)
    {
        using var session = new MailSession(config);
        await session.OpenAsync(cancellation);
        await session.LogInAsync(cancellation);
        await session.AskAsync("message", () => session.client.SendAsync(message, from, to, cancellation));
        await session.client.DisconnectAsync(quit: true, cancellation); // The message is safe already; how the server hangs up is its own matter.
    }

    public void Dispose() => client.Dispose();

    /// <summary>Connects, greets, and changes to TLS as configured.</summary>
    async ValueTask OpenAsync(CancellationToken cancellation)
    {
        var host = config.Tls.ServerName ?? config.Host; // By this name the certificate is judged.
        using (var handler = OutboundHttp.Connections(config.Tls, ProxyConfig.None)) // It knows how a tls_config becomes options.
        {
            var tls = handler.SslOptions;
            client.SslProtocols = tls.EnabledSslProtocols;
            client.ServerCertificateValidationCallback = tls.RemoteCertificateValidationCallback;
            if (tls.LocalCertificateSelectionCallback?.Invoke(this, host, [], null, []) is { } shown) client.ClientCertificates = [shown];
        }
        client.CheckCertificateRevocation = false; // Asks a stranger on the network; no other client of ours does.
        client.LocalDomain = config.Hello;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(config.Host, config.Port, cancellation);
            var security = config switch
            {
                { IsImplicitTls: true } => SecureSocketOptions.SslOnConnect,
                { RequireTls: true } => SecureSocketOptions.StartTls,
                _ => SecureSocketOptions.None,
            };
            await AskAsync("greeting", () => client.ConnectAsync(socket, host, config.Port, security, cancellation));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Logs in by the first way that both sides know: CRAM-MD5, PLAIN, LOGIN.</summary>
    async ValueTask LogInAsync(CancellationToken cancellation)
    {
        var ways = client.AuthenticationMechanisms;
        if (config.AuthUsername.Length == 0 || !client.Capabilities.HasFlag(SmtpCapabilities.Authentication)) return;
        if (ways.Contains("CRAM-MD5") && config.AuthSecret is { } secret)
        {
            await LogInByAsync(new SaslMechanismCramMd5(config.AuthUsername, secret.Read()), cancellation);
            return;
        }
        if (config.AuthPassword is null)
        {
            throw new MailFault(504, $"no way to log in: the server offers {Listed(ways)}, and neither auth_password nor auth_secret fits");
        }
        // A password goes over the wire only where nobody else can read it.
        if (!client.IsSecure && config.Host is not ("localhost" or "127.0.0.1" or "::1"))
        {
            throw new MailFault(504, "the connection is not encrypted; a password is not sent over it");
        }
        var login = new NetworkCredential(config.AuthUsername, config.AuthPassword.Read());
        if (ways.Contains("PLAIN")) await LogInByAsync(new PlainLogin(config.AuthIdentity, login), cancellation);
        else if (ways.Contains("LOGIN")) await LogInByAsync(new SaslMechanismLogin(Encoding.UTF8, login), cancellation);
        else throw new MailFault(504, $"no way to log in: the server offers {Listed(ways)}; known here are CRAM-MD5, PLAIN, LOGIN");
    }

    ValueTask LogInByAsync(SaslMechanism way, CancellationToken cancellation) =>
        AskAsync($"AUTH {way.MechanismName}", () => client.AuthenticateAsync(way, cancellation));

    static string Listed(IEnumerable<string> ways) => ServiceClient.Told("", string.Join(", ", ways.Order(StringComparer.Ordinal))).TrimStart(':', ' ');

    /// <param name="shown">What is asked for, where the fault itself does not know.</param>
    async ValueTask AskAsync(string shown, Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (SmtpCommandException error)
        {
            throw Answered(error, shown);
        }
        catch (AuthenticationException error)
        {
            throw Refused(error.Message, shown);
        }
        catch (SslHandshakeException error)
        {
            throw new MailFault(0, $"TLS failed: {(error.InnerException ?? error).Message}"); // Its own words are a page about what may be the reason.
        }
        catch (NotSupportedException) when (config is { RequireTls: true, IsImplicitTls: false } && !client.IsSecure)
        {
            throw new MailFault(554, "the server offers no STARTTLS; mend it, or write require_tls: false");
        }
        catch (Exception error) when (error is ProtocolException or SaslException or FormatException or ServiceNotConnectedException)
        {
            throw new MailFault(0, $"{shown}: {ServiceClient.Told("", error.Message).TrimStart(':', ' ')}");
        }
    }

    static MailFault Answered(SmtpCommandException answer, string shown)
    {
        var command = answer.ErrorCode switch
        {
            SmtpErrorCode.SenderNotAccepted => "MAIL",
            SmtpErrorCode.RecipientNotAccepted => "RCPT",
            _ => shown,
        };
        return Answered((int)answer.StatusCode, answer.Message, command);
    }

    /// <summary>A login that failed is told as <c>535: who are you</c>.</summary>
    static MailFault Refused(string message, string command) => message is [_, _, _, ':', ..] && int.TryParse(message.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
        ? Answered(code, message[4..], command)
        : new(0, $"{command}: {ServiceClient.Told("", message).TrimStart(':', ' ')}");

    static MailFault Answered(int code, string words, string command) => new(code, $"{command}: the server answered {code} {ServiceClient.Told("", words).TrimStart(':', ' ')}");
}
