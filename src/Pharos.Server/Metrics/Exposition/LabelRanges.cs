namespace Pharos.Server.Metrics.Exposition;

/// <summary>Where the names and values of one line's labels lie in the body, escapes untouched. Used again for each line.</summary>
sealed class LabelRanges
{
    /// <summary>More labels than any sane series has; beyond it a hostile line would cost quadratic time to sort.</summary>
    public const int MaxLabels = 1000;

    readonly List<(int NameStart, int NameLength, int ValueStart, int ValueLength)> ranges = [];

    public int Count => ranges.Count;

    public void Clear() => ranges.Clear();

    public void Add(int nameStart, int nameLength, int valueStart, int valueLength) => ranges.Add((nameStart, nameLength, valueStart, valueLength));

    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> body, int index) => body.Slice(ranges[index].NameStart, ranges[index].NameLength);

    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> body, int index) => body.Slice(ranges[index].ValueStart, ranges[index].ValueLength);
}
