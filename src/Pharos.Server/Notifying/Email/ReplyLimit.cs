using MailKit;

namespace Pharos.Server.Notifying.Email;

/// <summary>Ends a conversation in which the server speaks without end: the client gathers a reply, however long, before it looks at it.</summary>
/// <remarks>Hears each read and write of the client, within TLS too. Threads: one conversation, one at a time.</remarks>
sealed class ReplyLimit : IProtocolLogger
{
    /// <summary>Bytes from one of our commands to the next: a hundred lines of 4 kB.</summary>
    public const int MaxBytes = 400 * 1024;

    int heard;

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    public void LogConnect(Uri uri) => heard = 0;

    public void LogClient(byte[] buffer, int offset, int count) => heard = 0;

    /// <exception cref="MailFault">It said too much.</exception>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        heard += count;
        if (heard > MaxBytes) throw new MailFault(0, $"the answer is no SMTP: it is above {MaxBytes} bytes");
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
