using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Pharos.Server.Config.Http;

namespace Pharos.Server.Alerting.Notifiers.Email;

/// <summary>A mail server did not do as asked; the message has its words, never ours, which could be secret.</summary>
/// <param name="code">The server's reply code; 0: it broke the protocol.</param>
sealed class SmtpException(int code, string message) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>Replies from 400 to 499 may be different next time, those above will not.</summary>
    public bool MayPass { get; } = code is 0 or (>= 400 and < 500);
}

/// <summary>One conversation with a mail server: greeting, TLS, login, one message.</summary>
/// <remarks>
/// <para>Limits: a reply line of 4 kB and a hundred lines a reply.</para>
/// <para>Source: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 4616 (PLAIN), RFC 2195 (CRAM-MD5).</para>
/// </remarks>
sealed class SmtpSession : IAsyncDisposable
{
    const int MaxLine = 4096;
    const int MaxReplyLines = 100;

    readonly TcpClient connection = new();
    readonly EmailConfig config;
    readonly byte[] buffer = new byte[MaxLine];
    Stream stream = Stream.Null;
    IReadOnlyList<string> extensions = [];
    int start;
    int end;
    bool isEncrypted;

    SmtpSession(EmailConfig config) => this.config = config;

    /// <summary>Connects, greets, and changes to TLS as configured.</summary>
    public static async ValueTask<SmtpSession> OpenAsync(EmailConfig config, CancellationToken cancellation)
    {
        var session = new SmtpSession(config);
        try
        {
            await session.connection.ConnectAsync(config.Host, config.Port, cancellation);
            session.stream = session.connection.GetStream();
            if (config.IsImplicitTls) await session.EncryptAsync(cancellation);
            await session.ExpectAsync(220, "greeting", cancellation);
            await session.GreetAsync(cancellation);
            if (!session.isEncrypted) await session.StartTlsAsync(cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs in by the first way that both sides know: CRAM-MD5, PLAIN, LOGIN.</summary>
    public async ValueTask LogInAsync(CancellationToken cancellation)
    {
        var offered = extensions.FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase));
        if (config.AuthUsername.Length == 0 || offered is null) return;
        var ways = offered.ToUpperInvariant().Split(' ').Skip(1).ToHashSet(StringComparer.Ordinal);
        // A password goes over the wire only where nobody else can read it.
        var isSafe = isEncrypted || config.Host is "localhost" or "127.0.0.1" or "::1";
        if (ways.Contains("CRAM-MD5") && config.AuthSecret is { } secret) await CramMd5Async(secret.Read(), cancellation);
        else if (config.AuthPassword is null) throw new SmtpException(504, $"no way to log in: the server offers {string.Join(", ", ways)}, and neither auth_password nor auth_secret fits");
        else if (!isSafe) throw new SmtpException(504, "the connection is not encrypted; a password is not sent over it");
        else if (ways.Contains("PLAIN"))
        {
            await CommandAsync($"AUTH PLAIN {Base64($"{config.AuthIdentity}\0{config.AuthUsername}\0{config.AuthPassword.Read()}")}", 235, "AUTH PLAIN", cancellation);
        }
        else if (ways.Contains("LOGIN"))
        {
            await CommandAsync("AUTH LOGIN", 334, "AUTH LOGIN", cancellation);
            await CommandAsync(Base64(config.AuthUsername), 334, "AUTH LOGIN", cancellation);
            await CommandAsync(Base64(config.AuthPassword.Read()), 235, "AUTH LOGIN", cancellation);
        }
        else throw new SmtpException(504, $"no way to log in: the server offers {string.Join(", ", ways)}; known here are CRAM-MD5, PLAIN, LOGIN");
    }

    public async ValueTask SendAsync(string from, IReadOnlyList<string> to, string message, CancellationToken cancellation)
    {
        await CommandAsync($"MAIL FROM:<{from}>{(extensions.Contains("8BITMIME", StringComparer.OrdinalIgnoreCase) ? " BODY=8BITMIME" : "")}", 250, "MAIL", cancellation);
        foreach (var recipient in to) await CommandAsync($"RCPT TO:<{recipient}>", 250, "RCPT", cancellation);
        await CommandAsync("DATA", 354, "DATA", cancellation);
        var dotted = message.StartsWith('.') ? $".{message}" : message;
        dotted = dotted.Replace("\r\n.", "\r\n..", StringComparison.Ordinal); // A line of one dot would end the message.
        await CommandAsync($"{dotted}{(dotted.EndsWith("\r\n", StringComparison.Ordinal) ? "" : "\r\n")}.", 250, "message", cancellation);
    }

    /// <summary>Says goodbye; the message is safe already, so nobody waits for the answer.</summary>
    public async ValueTask QuitAsync(CancellationToken cancellation)
    {
        try
        {
            await CommandAsync("QUIT", 221, "QUIT", cancellation);
        }
        catch (Exception error) when (error is SmtpException or IOException or SocketException)
        {
            // It has the message; how it hangs up is its own matter.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        connection.Dispose();
    }

    async ValueTask GreetAsync(CancellationToken cancellation)
    {
        var lines = await CommandAsync($"EHLO {config.Hello}", 250, "EHLO", cancellation);
        extensions = [.. lines.Skip(1)];
    }

    async ValueTask StartTlsAsync(CancellationToken cancellation)
    {
        if (!extensions.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
        {
            if (config.RequireTls) throw new SmtpException(554, "the server offers no STARTTLS; mend it, or write require_tls: false");
            return;
        }
        if (!config.RequireTls) return;
        await CommandAsync("STARTTLS", 220, "STARTTLS", cancellation);
        if (end > start) throw new SmtpException(0, "the server spoke before TLS began"); // Somebody on the way may have put words in.
        await EncryptAsync(cancellation);
        await GreetAsync(cancellation);
    }

    async ValueTask EncryptAsync(CancellationToken cancellation)
    {
        using var handler = OutboundHttp.Connections(config.Tls, ProxyConfig.None); // It knows how a tls_config becomes options.
        var options = handler.SslOptions;
        options.TargetHost = config.Tls.ServerName ?? config.Host;
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        stream = encrypted;
        try
        {
            await encrypted.AuthenticateAsClientAsync(options, cancellation);
        }
        catch (AuthenticationException error)
        {
            throw new SmtpException(0, $"TLS failed: {error.Message}");
        }
        isEncrypted = true;
    }

    async ValueTask CramMd5Async(string secret, CancellationToken cancellation)
    {
        var challenge = await CommandAsync("AUTH CRAM-MD5", 334, "AUTH CRAM-MD5", cancellation);
        byte[] words;
        try
        {
            words = Convert.FromBase64String(challenge[0]);
        }
        catch (FormatException)
        {
            throw new SmtpException(0, "AUTH CRAM-MD5: the challenge is no base64");
        }
#pragma warning disable CA5351 // The protocol wants MD5.
        var digest = Convert.ToHexStringLower(HMACMD5.HashData(Encoding.UTF8.GetBytes(secret), words));
#pragma warning restore CA5351
        await CommandAsync(Base64($"{config.AuthUsername} {digest}"), 235, "AUTH CRAM-MD5", cancellation);
    }

    async ValueTask<IReadOnlyList<string>> CommandAsync(string line, int expected, string shown, CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{line}\r\n"), cancellation);
        await stream.FlushAsync(cancellation);
        return await ExpectAsync(expected, shown, cancellation);
    }

    /// <summary>The lines of a reply without their codes.</summary>
    async ValueTask<IReadOnlyList<string>> ExpectAsync(int expected, string shown, CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await ReadLineAsync(cancellation);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || lines.Count == MaxReplyLines)
            {
                throw new SmtpException(0, $"{shown}: the answer is no SMTP");
            }
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-') continue;
            // 251 is as good as 250: the server will forward.
            return code == expected || (expected == 250 && code == 251) ? lines : throw new SmtpException(code, $"{shown}: the server answered {code} {ServiceClient.Told("", string.Join(' ', lines)).TrimStart(':', ' ')}");
        }
    }

    async ValueTask<string> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.UTF8.GetString(buffer, start, length).TrimEnd('\r');
                start += length + 1;
                return line;
            }
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }
            if (end == buffer.Length) throw new SmtpException(0, "the answer is no SMTP: a line is too long");
            var count = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
            if (count == 0) throw new SmtpException(0, "the server closed the connection");
            end += count;
        }
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
