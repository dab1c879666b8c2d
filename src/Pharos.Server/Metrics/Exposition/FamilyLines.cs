using Pharos.Model.Labels;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>Turns the reader's current line into text for the checkers.</summary>
static class FamilyLines
{
    public static string NameOf(in ExpositionReader reader) => ExpositionText.UnescapeToString(reader.Name, isQuoted: true);

    /// <exception cref="ExpositionException">A label name occurs twice.</exception>
    public static FamilySample SampleOf(in ExpositionReader reader)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var labels = new List<Label>(reader.LabelCount);
        for (var i = 0; i < reader.LabelCount; i++)
        {
            var label = new Label(ExpositionText.UnescapeToString(reader.LabelName(i), isQuoted: true), ExpositionText.UnescapeToString(reader.LabelValue(i), isQuoted: true));
            if (!seen.Add(label.Name)) reader.FailLine($"the label {Model.Text.GoText.Quote(label.Name)} occurs twice");
            if (label.Name == LabelSet.MetricName) reader.FailLine($"{LabelSet.MetricName} is reserved; write the name in front of the labels");
            labels.Add(label);
        }
        return new(NameOf(reader), LabelSet.From(labels), reader.Value, reader.HasTimestamp ? reader.TimestampMs : null);
    }

    /// <summary>Characters of the exemplar's label names and values together; OpenMetrics allows 128.</summary>
    public static int ExemplarLength(in ExpositionReader reader)
    {
        var characters = 0;
        for (var i = 0; i < reader.ExemplarLabelCount; i++)
        {
            characters += Count(reader.ExemplarLabelName(i)) + Count(reader.ExemplarLabelValue(i));
        }
        return characters;

        static int Count(ReadOnlySpan<byte> raw)
        {
            byte[] scratch = [];
            var runes = 0;
            foreach (var one in ExpositionText.Unescape(raw, isQuoted: true, ref scratch))
            {
                if ((one & 0xc0) != 0x80) runes++;
            }
            return runes;
        }
    }

    public static string TextOf(in ExpositionReader reader, bool isQuoted) => ExpositionText.UnescapeToString(reader.Text, isQuoted);
}
