using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Pharos.Tests.Server.Notifying;

/// <summary>A mail server on 127.0.0.1 that insists on the order of RFC 5321, speaks STARTTLS and checks logins of "user", "pass".</summary>
sealed class FakeMailServer : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly X509Certificate2 certificate = MakeCertificate();

    public FakeMailServer()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Task.Run(ServeAsync);
    }

    public int Port { get; }

    public string Auth { get; init; } = "PLAIN LOGIN";

    /// <summary>Whom "user" must want to act as, where PLAIN says so.</summary>
    public string Identity { get; init; } = "";

    public bool OffersTls { get; init; } = true;

    public bool IsImplicitTls { get; init; }

    /// <summary>Reply to a command by its first word, instead of the usual one.</summary>
    public Dictionary<string, string> Replies { get; } = [];

    public ConcurrentQueue<string> Commands { get; } = new();

    public string Message { get; private set; } = "";

    /// <summary>The line by which the client said who it is.</summary>
    public string Greeting { get; private set; } = "";

    /// <summary>Signed by itself, for the name mail.test.</summary>
    public string CertificatePem => certificate.ExportCertificatePem();

    public bool LoggedIn { get; private set; }

    public bool WasEncrypted { get; private set; }

    public void Dispose()
    {
        listener.Dispose();
        certificate.Dispose();
    }

    async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception error) when (error is SocketException or IOException or InvalidOperationException or AuthenticationException)
        {
            // The test is over, or the client hung up or trusts us not. Nobody awaits this task: a fault would be told of in the midst of another test.
        }
    }

    async Task TalkAsync(Stream stream)
    {
        if (IsImplicitTls) stream = await EncryptAsync(stream);
        await Say(stream, Replies.GetValueOrDefault("", "220 fake ready"));
        var stage = "";
        while (await ReadLine(stream) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            Commands.Enqueue(verb);
            if (Replies.TryGetValue(verb, out var reply))
            {
                if (reply.Length == 0) return;
                await Say(stream, reply);
                continue;
            }
            switch (verb)
            {
                case "EHLO":
                    stage = "greeted";
                    Greeting = line;
                    await Say(stream, $"250-fake\r\n{(OffersTls && !WasEncrypted ? "250-STARTTLS\r\n" : "")}250-AUTH {Auth}\r\n250 8BITMIME");
                    break;
                case "STARTTLS":
                    await Say(stream, "220 go");
                    stream = await EncryptAsync(stream);
                    stage = "";
                    break;
                case "AUTH":
                    LoggedIn = await LogIn(stream, line.Split(' '));
                    await Say(stream, LoggedIn ? "235 welcome" : "535 who are you");
                    break;
                case "MAIL" when stage == "greeted":
                    stage = "mail";
                    await Say(stream, "250 ok");
                    break;
                case "RCPT" when stage is "mail" or "rcpt":
                    stage = "rcpt";
                    await Say(stream, "250 ok");
                    break;
                case "DATA" when stage == "rcpt":
                    await Say(stream, "354 go on");
                    var message = new StringBuilder();
                    while (await ReadLine(stream) is { } part && part != ".") message.Append(part.StartsWith('.') ? part[1..] : part).Append("\r\n");
                    Message = message.ToString();
                    await Say(stream, "250 taken");
                    break;
                case "QUIT":
                    await Say(stream, "221 bye");
                    return;
                default:
                    await Say(stream, "503 bad sequence of commands");
                    break;
            }
        }
    }

    async Task<bool> LogIn(Stream stream, string[] words)
    {
        switch (words[1])
        {
            case "PLAIN":
                return Decode(words[2]) == $"{Identity}\0user\0pass";
            case "LOGIN":
                await Say(stream, "334 VXNlcm5hbWU6");
                var user = Decode((await ReadLine(stream))!);
                await Say(stream, "334 UGFzc3dvcmQ6");
                return user == "user" && Decode((await ReadLine(stream))!) == "pass";
            default:
                await Say(stream, $"334 {Convert.ToBase64String("<1@fake>"u8)}");
                return Decode((await ReadLine(stream))!) == $"user {Convert.ToHexStringLower(HMACMD5.HashData("pass"u8, "<1@fake>"u8))}";
        }
    }

    async Task<Stream> EncryptAsync(Stream stream)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync(certificate);
        WasEncrypted = true;
        return encrypted;
    }

    static async Task Say(Stream stream, string line) => await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));

    static async Task<string?> ReadLine(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] != '\n') line.Add(one[0]);
            else if (line is [.., (byte)'\r']) return Encoding.UTF8.GetString([.. line[..^1]]);
            else throw new IOException("a bare line feed is no end of a line");
        }
        return null;
    }

    static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("mail.test");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
