namespace Pharos.AspNetCore.Requests;

/// <summary>Marks what machines ask every few seconds: its requests are log lines of level debug, and no traces.</summary>
sealed class QuietEndpoint
{
    public static readonly QuietEndpoint Mark = new();
}
