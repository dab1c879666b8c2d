using System.Globalization;
using System.Text.RegularExpressions;
using Pharos.Model.Time;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Reads the test language of PromQL: <c>clear</c>, <c>load</c> and <c>eval</c> blocks, each ended by a blank line or a comment.</summary>
/// <remarks>Errors: <see cref="TestSyntaxException"/> with the line.</remarks>
static partial class TestReader
{
    public static List<TestCommand> Read(string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).ToArray();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('#')) lines[i] = "";
        }
        var commands = new List<TestCommand>();
        for (var at = 0; at < lines.Length;)
        {
            if (lines[at].Length == 0)
            {
                at++;
                continue;
            }
            var start = at++;
            var word = FirstWord(lines[start]).ToLowerInvariant();
            if (word == "clear")
            {
                commands.Add(new ClearCommand(start + 1)); // A line of its own: the next one is the next command.
                continue;
            }
            while (at < lines.Length && lines[at].Length > 0) at++;
            var body = new ArraySegment<string>(lines, start + 1, at - start - 1);
            if (word.StartsWith("load", StringComparison.Ordinal)) commands.Add(Load(lines[start], body, start + 1));
            else if (word.StartsWith("eval", StringComparison.Ordinal)) commands.Add(Eval(lines[start], body, start + 1));
            else throw new TestSyntaxException(start + 1, $"unknown command {word}; write clear, load, load_with_nhcb or eval");
        }
        return commands;
    }

    static LoadCommand Load(string head, ArraySegment<string> body, int line)
    {
        var match = LoadPattern().Match(head);
        if (!match.Success) throw new TestSyntaxException(line, "a load is written: load STEP, or load_with_nhcb STEP");
        var load = new LoadCommand(line, DurationMs(match.Groups[2].Value, line), match.Groups[1].Success);
        List<long?>? starts = null;
        for (var i = 0; i < body.Count; i++)
        {
            var (labels, rest) = SeriesReader.Labels(body[i], line + 1 + i);
            if (rest.StartsWith("@st", StringComparison.Ordinal))
            {
                starts = SeriesReader.StartOffsets(rest[3..], line + 1 + i);
                continue;
            }
            load.Series.RemoveAll(series => series.Labels.Equals(labels)); // Of two lines of one series the later counts.
            load.Series.Add((labels, SeriesReader.Points(rest, line + 1 + i), starts));
            starts = null;
        }
        return load;
    }

    static EvalCommand Eval(string head, ArraySegment<string> body, int line)
    {
        EvalCommand eval;
        string modifier;
        if (InstantPattern().Match(head) is { Success: true } instant)
        {
            var atMs = DurationMs(instant.Groups[2].Value, line);
            eval = new(line, instant.Groups[3].Value, false, atMs, atMs, 0);
            modifier = instant.Groups[1].Value;
        }
        else if (RangePattern().Match(head) is { Success: true } range)
        {
            eval = new(line, range.Groups[5].Value, true, DurationMs(range.Groups[2].Value, line), DurationMs(range.Groups[3].Value, line), DurationMs(range.Groups[4].Value, line));
            if (eval.EndMs < eval.StartMs || eval.StepMs <= 0) throw new TestSyntaxException(line, "a range goes forward, by steps above zero");
            modifier = range.Groups[1].Value;
        }
        else
        {
            throw new TestSyntaxException(line, "an eval is written: eval instant at T QUERY, or eval range from A to B step S QUERY");
        }
        eval.Fails = modifier == "fail";
        eval.Warns = modifier == "warn";
        eval.Informs = modifier == "info";
        eval.IsOrdered = modifier == "ordered";
        for (var i = 0; i < body.Count; i++) ExpectedLine(eval, body[i], line + 1 + i);
        return eval;
    }

    static void ExpectedLine(EvalCommand eval, string text, int line)
    {
        if (FirstWord(text) == "expect")
        {
            ExpectReader.Read(eval, text, line);
            return;
        }
        if (eval.Fails && FailTextPattern().Match(text) is { Success: true } old)
        {
            eval.FailTexts.Add(new(old.Groups[2].Value.Trim(), old.Groups[1].Value == "expected_fail_regexp"));
            return;
        }
        if (eval.Series.Count == 0 && SeriesReader.TryNumber(text, out var number))
        {
            eval.Scalar = number;
            return;
        }
        var (labels, rest) = SeriesReader.Labels(text, line);
        var points = SeriesReader.Points(rest, line);
        if (!eval.IsRange && eval.RangeVector is null && points.Count != 1) throw new TestSyntaxException(line, $"an instant query has one value a series, not {points.Count}");
        eval.Series.Add((labels, points));
    }

    public static long DurationMs(string text, int line) => PromDuration.TryParseMs(text, out var ms)
        ? ms
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? (long)Math.Round(seconds * 1000)
            : throw new TestSyntaxException(line, $"{text} is no duration");

    static string FirstWord(string text)
    {
        var end = 0;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        return text[..end];
    }

    [GeneratedRegex(@"^load(_with_nhcb)?\s+(\S+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LoadPattern();

    [GeneratedRegex(@"^eval(?:_(fail|warn|ordered|info))?\s+instant\s+at\s+(\S+)\s+(.+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex InstantPattern();

    [GeneratedRegex(@"^eval(?:_(fail|warn|ordered|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RangePattern();

    [GeneratedRegex(@"^(expected_fail_message|expected_fail_regexp)\s+(.+)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FailTextPattern();
}
