using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Time;
using Pharos.Query.PromQL.Histograms;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Reads a series and its points: <c>name{a="b"} 1 2+3x4 _ stale {{count:5}}x2</c>.</summary>
public static class SeriesReader
{
    /// <summary>The labels, and the text behind them.</summary>
    public static (LabelSet Labels, string Behind) Labels(string text, int line)
    {
        var labels = new List<Label>();
        var at = 0;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or ':')) at++;
        if (at > 0) labels.Add(new(LabelSet.MetricName, text[..at]));
        if (at < text.Length && text[at] == '{') at = Braces(text, at + 1, labels, line);
        else if (at == 0) throw new TestSyntaxException(line, $"expected a series, found {text}");
        return (LabelSet.From(labels), text[at..]);
    }

    /// <summary>The points, in order.</summary>
    public static List<TestPoint> Points(string text, int line)
    {
        var points = new List<TestPoint>();
        foreach (var token in Tokens(text, line))
        {
            if (token.StartsWith('_')) Repeat(points, TestPoint.Missing, Times(token.AsSpan(1), line, empty: 1));
            else if (token == "stale") points.Add(new(false, StaleMarker.Value, null, false));
            else if (token.StartsWith("{{", StringComparison.Ordinal)) Histograms(points, token, line);
            else Numbers(points, token, line);
        }
        return points;
    }

    /// <summary>Start times as offsets from each point's own time.</summary>
    public static List<long?> StartOffsets(string text, int line)
    {
        var offsets = new List<long?>();
        foreach (var token in Tokens(text, line))
        {
            if (token.StartsWith('_'))
            {
                for (var i = Times(token.AsSpan(1), line, empty: 1); i > 0; i--) offsets.Add(null);
                continue;
            }
            var at = 0;
            var value = Duration(token, ref at, line);
            var step = 0L;
            if (at < token.Length && token[at] is '+' or '-') step = Duration(token, ref at, line);
            for (var i = at < token.Length ? Times(token.AsSpan(at), line, empty: 0) + 1 : 1; i > 0; i--, value += step) offsets.Add(value);
        }
        return offsets;
    }

    public static bool TryNumber(ReadOnlySpan<char> text, out double value)
    {
        var unsigned = text.TrimStart("+-");
        var sign = text.Length > 0 && text[0] == '-' ? -1 : 1;
        if (text.Length - unsigned.Length <= 1)
        {
            if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase))
            {
                value = sign * double.PositiveInfinity;
                return true;
            }
            if (unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase))
            {
                value = double.NaN;
                return true;
            }
            if (unsigned.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(unsigned[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
            {
                value = sign * (double)hex;
                return true;
            }
        }
        return double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value) && text.Length > 0 && !text.ContainsAny("yY");
    }

    static int Braces(string text, int at, List<Label> labels, int line)
    {
        while (true)
        {
            while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == ',')) at++;
            if (at == text.Length) throw new TestSyntaxException(line, "missing }");
            if (text[at] == '}') return at + 1;
            var name = text[at] is '"' or '\'' or '`' ? Quoted(text, ref at, line) : Word(text, ref at);
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at < text.Length && text[at] == '=')
            {
                at++;
                while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
                labels.Add(new(name, Quoted(text, ref at, line)));
            }
            else
            {
                labels.Add(new(LabelSet.MetricName, name));
            }
        }
    }

    static string Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or ':')) at++;
        return text[start..at];
    }

    static string Quoted(string text, ref int at, int line)
    {
        if (at >= text.Length || text[at] is not ('"' or '\'' or '`')) throw new TestSyntaxException(line, "expected a quoted text");
        var quote = text[at];
        var start = at++;
        while (at < text.Length && text[at] != quote) at += text[at] == '\\' && quote != '`' ? 2 : 1;
        if (at >= text.Length) throw new TestSyntaxException(line, "unterminated text");
        at++;
        return PromQlEngine.Parse(text[start..at]) is StringLiteral literal ? literal.Value : throw new TestSyntaxException(line, "expected a quoted text");
    }

    static IEnumerable<string> Tokens(string text, int line)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            var start = at;
            while (at < text.Length && !char.IsWhiteSpace(text[at]))
            {
                if (!text.AsSpan(at).StartsWith("{{"))
                {
                    at++;
                    continue;
                }
                var end = text.IndexOf("}}", at, StringComparison.Ordinal);
                if (end < 0) throw new TestSyntaxException(line, "missing }}");
                at = end + 2;
            }
            yield return text[start..at];
        }
    }

    static void Numbers(List<TestPoint> points, string token, int line)
    {
        var at = 0;
        var value = Number(token, ref at, line);
        var step = 0.0;
        if (at < token.Length && token[at] is '+' or '-') step = Number(token, ref at, line);
        if (at == token.Length && step == 0)
        {
            points.Add(new(false, value, null, false));
            return;
        }
        for (var i = Times(token.AsSpan(at), line, empty: 0); i >= 0; i--, value += step) points.Add(new(false, value, null, false));
    }

    /// <summary>A number at the place; <c>x</c> ends it (so <c>0x3</c> is four zeros), unless hexadecimal digits follow that are no count.</summary>
    static double Number(string token, ref int at, int line)
    {
        var start = at;
        if (at < token.Length && token[at] is '+' or '-') at++;
        if (at + 2 < token.Length && token[at] == '0' && token[at + 1] is 'x' or 'X' && token.AsSpan(at + 2).ContainsAny("abcdefABCDEF") && long.TryParse(token.AsSpan(at + 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)) at = token.Length;
        else if (at < token.Length && char.IsAsciiLetter(token[at])) while (at < token.Length && char.IsAsciiLetter(token[at]) && token[at] != 'x') at++;
        else
        {
            while (at < token.Length && (char.IsAsciiDigit(token[at]) || token[at] == '.')) at++;
            if (at < token.Length && token[at] is 'e' or 'E')
            {
                at++;
                if (at < token.Length && token[at] is '+' or '-') at++;
                while (at < token.Length && char.IsAsciiDigit(token[at])) at++;
            }
        }
        return TryNumber(token.AsSpan(start, at - start), out var value) ? value : throw new TestSyntaxException(line, $"{token} is no value");
    }

    static long Duration(string token, ref int at, int line)
    {
        var sign = 1;
        if (token[at] is '+' or '-') sign = token[at++] == '-' ? -1 : 1;
        var start = at;
        while (at < token.Length && (char.IsAsciiDigit(token[at]) || (char.IsAsciiLetter(token[at]) && token[at] != 'x'))) at++;
        return PromDuration.TryParseMs(token.AsSpan(start, at - start), out var ms) ? sign * ms : throw new TestSyntaxException(line, $"{token} is no duration");
    }

    static int Times(ReadOnlySpan<char> text, int line, int empty)
    {
        if (text.IsEmpty) return empty;
        if (text[0] == 'x' && int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 1_000_000) return count;
        throw new TestSyntaxException(line, $"expected x and a count, found {text}");
    }

    static void Repeat(List<TestPoint> points, TestPoint point, int times)
    {
        for (var i = 0; i < times; i++) points.Add(point);
    }

    static void Histograms(List<TestPoint> points, string token, int line)
    {
        var end = token.IndexOf("}}", StringComparison.Ordinal) + 2;
        var histogram = HistogramReader.Read(token[..end], line, out var hasHint);
        var rest = token[end..];
        if (rest.StartsWith('+') || rest.StartsWith('-'))
        {
            var stepEnd = rest.IndexOf("}}", StringComparison.Ordinal) + 2;
            var step = HistogramReader.Read(rest[1..stepEnd], line, out _);
            for (var i = Times(rest.AsSpan(stepEnd), line, empty: 0); i >= 0; i--)
            {
                points.Add(new(false, 0, histogram, hasHint));
                var sum = new HistogramSum(histogram);
                _ = rest[0] == '+' ? sum.Add(step) : sum.Subtract(step);
                sum.SetHint(histogram.Hint);
                histogram = sum.ToHistogram();
            }
            return;
        }
        Repeat(points, new(false, 0, histogram, hasHint), Times(rest, line, empty: 0) + 1);
    }
}
