namespace Pharos.Server.Notifying.Email;

/// <summary>A mail server did not do as asked; the message has its words, never ours, which could be secret.</summary>
/// <param name="code">The server's reply code; 0: it broke the protocol, or hung up.</param>
sealed class MailFault(int code, string message) : Exception(message)
{
    /// <summary>Replies from 400 to 499 may be different next time, those above will not.</summary>
    public bool MayPass { get; } = code is 0 or (>= 400 and < 500);
}
