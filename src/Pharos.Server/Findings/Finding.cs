using Pharos.Model.Diagnostics;

namespace Pharos.Server.Findings;

/// <summary>Something that cannot work, or not as written, shown on the status page until it is mended.</summary>
/// <param name="Check">What was looked for, such as <c>rule-fails</c>: a word that stays, for alerts and for what is muted.</param>
/// <param name="Thing">What it was found on, by a name that is the same at the next look and after a restart.</param>
/// <param name="Where">A place such as <c>prometheus.yml:42:22</c>, or a part of the server.</param>
/// <param name="Mend">What to do about it; may be empty when the message says it.</param>
/// <param name="Link">Page of the thing, below the server's own address; "" when it has none.</param>
sealed record Finding(string Check, string Thing, Severity Severity, string Where, string Message, string Mend, string Link = "")
{
    /// <summary>Check and thing; the book numbers those of one room that would be alike.</summary>
    public string Id { get; init; } = $"{Check}:{Thing}";

    /// <summary>Since when it holds without a break, as far as this process has seen; set by the book.</summary>
    public DateTimeOffset Since { get; init; }

    public static Finding From(Diagnostic diagnostic)
    {
        var where = diagnostic.Line == 0 ? diagnostic.File : $"{diagnostic.File}:{diagnostic.Line}:{Math.Max(1, diagnostic.Column)}";
        var (message, mend) = Parts(diagnostic.Message);
        return new("config", where, diagnostic.Severity, where, message, mend, "/status/config");
    }

    /// <summary>What is wrong, and what mends it, of a text that says both with a semicolon between.</summary>
    public static (string Message, string Mend) Parts(string told)
    {
        var cut = told.LastIndexOf("; ", StringComparison.Ordinal);
        return cut < 0 ? (told, "") : (told[..cut], told[(cut + 2)..]);
    }
}
