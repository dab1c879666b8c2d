using System.Globalization;

namespace Pharos.Model.Diagnostics;

public enum Severity
{
    /// <summary>Worth knowing; everything works.</summary>
    Info,

    /// <summary>Works, but not as written: something was ignored or will surprise.</summary>
    Warning,

    /// <summary>Cannot be used.</summary>
    Error,
}

/// <summary>One fault in what a user wrote: where, what was found, what to write instead.</summary>
/// <param name="Line">1-based; 0 when the fault is the whole file's.</param>
/// <param name="Column">1-based, in characters; 0 when unknown.</param>
public sealed record Diagnostic(Severity Severity, string File, int Line, int Column, string Message)
{
    public static Diagnostic Error(string file, int line, int column, string message) => new(Severity.Error, file, line, column, message);

    public static Diagnostic Warning(string file, int line, int column, string message) => new(Severity.Warning, file, line, column, message);

    /// <summary><c>file:line:column: message</c>, warnings marked as such.</summary>
    public override string ToString()
    {
        var mark = Severity switch { Severity.Error => "", Severity.Warning => "warning: ", _ => "info: " };
        return Line == 0
            ? $"{File}: {mark}{Message}"
            : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Math.Max(1, Column)}: {mark}{Message}");
    }
}
