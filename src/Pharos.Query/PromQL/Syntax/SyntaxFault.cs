namespace Pharos.Query.PromQL.Syntax;

/// <summary>Makes syntax errors with the line and column of a place.</summary>
static class SyntaxFault
{
    public static PromQlSyntaxException At(string text, TextSpan span, string reason)
    {
        var (line, column) = Place(text, span.Start);
        return new(line, column, reason, span);
    }

    /// <summary>1-based line and column of an offset.</summary>
    public static (int Line, int Column) Place(string text, int offset)
    {
        var before = text.AsSpan(0, Math.Min(offset, text.Length));
        var lastBreak = before.LastIndexOf('\n');
        return (before.Count('\n') + 1, before.Length - lastBreak);
    }
}
