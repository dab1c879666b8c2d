using System.Globalization;
using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Reads a histogram literal: <c>{{schema:1 sum:4 count:5 buckets:[1 2] offset:-1}}</c>.</summary>
static class HistogramReader
{
    public static FloatHistogram Read(string text, int line, out bool hasHint)
    {
        var histogram = new FloatHistogram();
        hasHint = false;
        double[] buckets = [], negative = [];
        int offset = 0, negativeOffset = 0;
        foreach (var (key, value) in Pairs(text[2..^2], line))
        {
            switch (key)
            {
                case "schema": histogram = histogram with { Schema = Whole(value, line) }; break;
                case "sum": histogram = histogram with { Sum = Number(value, line) }; break;
                case "count": histogram = histogram with { Count = Number(value, line) }; break;
                case "z_bucket": histogram = histogram with { ZeroCount = Number(value, line) }; break;
                case "z_bucket_w": histogram = histogram with { ZeroThreshold = Number(value, line) }; break;
                case "custom_values": histogram = histogram with { CustomValues = Numbers(value, line) }; break;
                case "buckets": buckets = Numbers(value, line); break;
                case "n_buckets": negative = Numbers(value, line); break;
                case "offset": offset = Whole(value, line); break;
                case "n_offset": negativeOffset = Whole(value, line); break;
                case "counter_reset_hint":
                    hasHint = true;
                    histogram = histogram with { Hint = Hint(value, line) };
                    break;
                default: throw new TestSyntaxException(line, $"unknown part of a histogram: {key}");
            }
        }
        return histogram with
        {
            PositiveBuckets = buckets, PositiveSpans = buckets.Length == 0 ? [] : [new(offset, (uint)buckets.Length)],
            NegativeBuckets = negative, NegativeSpans = negative.Length == 0 ? [] : [new(negativeOffset, (uint)negative.Length)],
        };
    }

    static IEnumerable<(string Key, string Value)> Pairs(string text, int line)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            var colon = text.IndexOf(':', at);
            if (colon < 0) throw new TestSyntaxException(line, $"expected key:value in {text}");
            var key = text[at..colon];
            at = colon + 1;
            while (at < text.Length && text[at] == ' ') at++;
            var start = at;
            if (at < text.Length && text[at] == '[')
            {
                while (at < text.Length && text[at] != ']') at++;
                if (at == text.Length) throw new TestSyntaxException(line, "missing ]");
                yield return (key, text[(start + 1)..at]);
                at++;
                continue;
            }
            while (at < text.Length && !char.IsWhiteSpace(text[at])) at++;
            yield return (key, text[start..at]);
        }
    }

    static double[] Numbers(string text, int line) => [.. text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(each => Number(each, line))];

    static double Number(string text, int line) => SeriesReader.TryNumber(text, out var value) ? value : throw new TestSyntaxException(line, $"{text} is no number");

    static int Whole(string text, int line) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw new TestSyntaxException(line, $"{text} is no whole number");

    static CounterResetHint Hint(string text, int line) => text switch
    {
        "unknown" => CounterResetHint.Unknown,
        "reset" => CounterResetHint.Reset,
        "not_reset" => CounterResetHint.NotReset,
        "gauge" => CounterResetHint.Gauge,
        _ => throw new TestSyntaxException(line, $"unknown counter reset hint {text}"),
    };
}
