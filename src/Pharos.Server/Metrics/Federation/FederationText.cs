using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Server.Doors;
using Pharos.Server.Text;

namespace Pharos.Server.Metrics.Federation;

/// <summary>Writes series as Prometheus' text format 0.0.4, each metric as <c>untyped</c> because a store does not know better.</summary>
/// <remarks>Source: Prometheus exposition formats; UTF-8 names in text form (facts).</remarks>
sealed class FederationText(AnswerBody to, LabelSet externalLabels, bool allowUtf8)
{
    string lastName = "";

    public void Write(string name, IReadOnlyList<Label> labels, long timeMs, double value, FloatHistogram? histogram)
    {
        if (name != lastName)
        {
            lastName = name;
            to.Raw("# TYPE "u8);
            Name(name);
            to.Raw(histogram is null ? " untyped\n"u8 : " histogram\n"u8);
        }
        if (histogram is null)
        {
            Line(name, "", labels, null, timeMs, value);
            return;
        }
        // The text format has no native histograms; what it can say is the count and the sum.
        Line(name, "_bucket", labels, "+Inf", timeMs, histogram.Count);
        Line(name, "_sum", labels, null, timeMs, histogram.Sum);
        Line(name, "_count", labels, null, timeMs, histogram.Count);
    }

    void Line(string name, string suffix, IReadOnlyList<Label> labels, string? bound, long timeMs, double value)
    {
        var isPlain = IsPlainName(name);
        var first = true;
        if (isPlain || !allowUtf8)
        {
            Text((isPlain ? name : Escape(name)) + suffix);
            to.Raw("{"u8);
        }
        else
        {
            to.Raw("{"u8);
            Quoted(name + suffix);
            first = false;
        }
        foreach (var (label, text) in labels) Pair(label, text, ref first);
        if (!labels.Any(label => label.Name == "instance")) Pair("instance", "", ref first); // Else the scraping server would put its own address there.
        foreach (var (label, text) in externalLabels)
        {
            if (!labels.Any(own => own.Name == label)) Pair(label, text, ref first);
        }
        if (bound is not null) Pair("le", bound, ref first);
        to.Raw("} "u8);
        to.Advance(SampleText.WriteValue(to.Room(SampleText.MaxValueLength), value));
        to.Raw(" "u8);
        to.Number(timeMs);
        to.Raw("\n"u8);
    }

    void Pair(string name, string value, ref bool first)
    {
        if (!first) to.Raw(","u8);
        first = false;
        Name(name);
        to.Raw("="u8);
        Quoted(value);
    }

    void Name(string name)
    {
        if (IsPlainName(name)) Text(name);
        else if (allowUtf8) Quoted(name);
        else Text(Escape(name));
    }

    void Quoted(string text) => Text($"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

    void Text(string text)
    {
        var room = to.Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        to.Advance(Encoding.UTF8.GetBytes(text, room));
    }

    static bool IsPlainName(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or ':')) return false;
        }
        return true;
    }

    /// <summary>What old readers understand: every other character becomes an underscore.</summary>
    static string Escape(string name)
    {
        var escaped = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var isPlain = rune.IsAscii && (char.IsAsciiLetter((char)rune.Value) || rune.Value is '_' or ':' || (escaped.Length > 0 && char.IsAsciiDigit((char)rune.Value)));
            escaped.Append(isPlain ? (char)rune.Value : '_');
        }
        return escaped.ToString();
    }
}
