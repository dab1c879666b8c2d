using System.Text.RegularExpressions;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Reads the <c>expect</c> lines of an eval.</summary>
static partial class ExpectReader
{
    public static void Read(EvalCommand eval, string line, int lineNumber)
    {
        if (RangeVectorPattern().Match(line) is { Success: true } range)
        {
            eval.RangeVector = (TestReader.DurationMs(range.Groups[1].Value, lineNumber), TestReader.DurationMs(range.Groups[2].Value, lineNumber), TestReader.DurationMs(range.Groups[3].Value, lineNumber));
            return;
        }
        if (StringPattern().Match(line) is { Success: true } text)
        {
            eval.Text = PromQlEngine.Parse(text.Groups[1].Value) is StringLiteral literal ? literal.Value : throw new TestSyntaxException(lineNumber, "expect string wants a quoted text");
            return;
        }
        var match = NotePattern().Match(line);
        if (!match.Success) throw new TestSyntaxException(lineNumber, $"unknown expectation: {line}");
        TextExpectation? expectation = match.Groups[2].Success ? new(match.Groups[3].Value.Trim(), match.Groups[2].Value == "regex") : null;
        switch (match.Groups[1].Value)
        {
            case "ordered":
                eval.IsOrdered = true;
                break;
            case "fail":
                eval.Fails = true;
                if (expectation is not null) eval.FailTexts.Add(expectation);
                break;
            case "warn":
                eval.Warns = true;
                if (expectation is not null) eval.WarnTexts.Add(expectation);
                break;
            case "info":
                eval.Informs = true;
                if (expectation is not null) eval.InfoTexts.Add(expectation);
                break;
            case "no_warn":
                eval.NoWarnings = true;
                break;
            default:
                eval.NoInfos = true;
                break;
        }
    }

    [GeneratedRegex(@"^expect\s+(ordered|fail|warn|info|no_warn|no_info)(?:\s+(msg|regex):(.*))?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NotePattern();

    [GeneratedRegex(@"^expect\s+range\s+vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RangeVectorPattern();

    [GeneratedRegex(@"^expect\s+string\s+(.+)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex StringPattern();
}
