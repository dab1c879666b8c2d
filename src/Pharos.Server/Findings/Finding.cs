using Pharos.Model.Diagnostics;

namespace Pharos.Server.Findings;

/// <summary>Something that cannot work, or not as written, shown on the status page until it is mended.</summary>
/// <param name="Where">A place such as <c>prometheus.yml:42:22</c>, or a part of the server.</param>
/// <param name="Mend">What to do about it; may be empty when the message says it.</param>
sealed record Finding(Severity Severity, string Where, string Message, string Mend)
{
    public static Finding From(Diagnostic diagnostic)
    {
        var where = diagnostic.Line == 0 ? diagnostic.File : $"{diagnostic.File}:{diagnostic.Line}:{Math.Max(1, diagnostic.Column)}";
        var cut = diagnostic.Message.LastIndexOf("; ", StringComparison.Ordinal);
        return cut < 0
            ? new(diagnostic.Severity, where, diagnostic.Message, "")
            : new(diagnostic.Severity, where, diagnostic.Message[..cut], diagnostic.Message[(cut + 2)..]);
    }
}
