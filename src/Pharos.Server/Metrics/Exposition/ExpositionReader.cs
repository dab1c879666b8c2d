using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;
using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>What a line of an exposition is.</summary>
enum LineKind : byte
{
    None,
    Sample,
    Type,
    Help,
    Unit,
    Comment,
}

/// <summary>Walks over a text exposition line by line, in place: nothing is copied and, save for faults, nothing allocated.</summary>
/// <remarks>
/// <para>Shape: UTF-8. <see cref="Next"/> reads one line whole. A caller that knows a line from the scrape before calls <see cref="TryKnownSample"/>
/// or <see cref="TryKnownLine"/> first, which compare the hash of its bytes and read only the number.</para>
/// <para>Laxness is that of Prometheus' scrape parsers, because what it scrapes must be scraped here too: in text, commas between labels may lack,
/// label values may span lines, unknown escapes stay and the last line feed may lack; in OpenMetrics the order and grouping of lines is not judged.
/// <paramref name="strict"/> refuses these; the rules over several lines are <see cref="OpenMetricsRules"/> and <see cref="PrometheusTextRules"/>.</para>
/// <para>Errors: <see cref="ExpositionException"/> with line and column. The reader is not used after one.</para>
/// <para>Source: Prometheus, exposition formats; OpenMetrics 1.0.0; docs of both formats. The partner of the other half is ExpositionReader.Lines.cs.</para>
/// </remarks>
ref partial struct ExpositionReader(ReadOnlySpan<byte> body, ExpositionFormat format, LabelRanges labels, LabelRanges exemplarLabels, bool strict = false)
{
    readonly ReadOnlySpan<byte> body = body;
    readonly bool isOpenMetrics = format != ExpositionFormat.PrometheusText;

    /// <summary>Lines that <see cref="ProtobufExposition"/> made: they may refer to histograms, and have their times in ms.</summary>
    readonly bool isTranscoded = format == ExpositionFormat.Protobuf;
    int position;
    int lineStart;
    int nameStart;
    int nameLength;
    int seriesEnd;
    int exemplarStart;
    int textStart;
    int textEnd;
    bool sawEnd;

    public LineKind Kind { get; private set; }

    /// <summary>The bytes of the series as they came, name and labels, without what is around them.</summary>
    public readonly ReadOnlySpan<byte> Series => body[lineStart..seriesEnd];

    /// <summary>The whole line without its line feed; of a sample whose label values span lines, all of them.</summary>
    public readonly ReadOnlySpan<byte> Line
    {
        get
        {
            var end = position > lineStart && body[position - 1] == '\n' ? position - 1 : position;
            return body[lineStart..end];
        }
    }

    /// <summary>The metric name of a sample or the family name of metadata, escapes untouched when it was quoted.</summary>
    public readonly ReadOnlySpan<byte> Name => body.Slice(nameStart, nameLength);

    public readonly int LabelCount => labels.Count;

    public readonly ReadOnlySpan<byte> LabelName(int index) => labels.Name(body, index);

    public readonly ReadOnlySpan<byte> LabelValue(int index) => labels.Value(body, index);

    /// <summary>The value of a sample.</summary>
    public double Value { get; private set; }

    /// <summary>The number of the native histogram that the sample is; -1 for a float.</summary>
    public int HistogramIndex { get; private set; }

    public bool HasTimestamp { get; private set; }

    /// <summary>The sample's own time in ms since the epoch; meaningful with <see cref="HasTimestamp"/>.</summary>
    public long TimestampMs { get; private set; }

    public bool HasExemplar { get; private set; }

    public double ExemplarValue { get; private set; }

    public bool HasExemplarTimestamp { get; private set; }

    public long ExemplarTimestampMs { get; private set; }

    public readonly int ExemplarLabelCount => exemplarLabels.Count;

    public readonly ReadOnlySpan<byte> ExemplarLabelName(int index) => exemplarLabels.Name(body, index);

    public readonly ReadOnlySpan<byte> ExemplarLabelValue(int index) => exemplarLabels.Value(body, index);

    /// <summary>The bytes of the exemplar, from its <c>#</c> on.</summary>
    public readonly ReadOnlySpan<byte> Exemplar => body[exemplarStart..position];

    /// <summary>The type of a TYPE line.</summary>
    public MetricKind MetricKind { get; private set; }

    /// <summary>The text of a HELP or UNIT line, escapes untouched.</summary>
    public readonly ReadOnlySpan<byte> Text => body[textStart..textEnd];

    /// <summary>Passes what is between lines. False at the end of the data.</summary>
    /// <exception cref="ExpositionException">OpenMetrics without its <c># EOF</c>.</exception>
    public bool MoveToLine()
    {
        if (!isOpenMetrics)
        {
            while (position < body.Length && body[position] is (byte)' ' or (byte)'\t' or (byte)'\n') position++;
            lineStart = position;
            return position < body.Length;
        }
        lineStart = position;
        if (sawEnd) return false;
        if (position == body.Length) Fail(position, "the data does not end with \"# EOF\"; it may have been cut off");
        return true;
    }

    /// <summary>Whether the next bytes are a sample line whose series is the one of that length and hash; if so, it is read.</summary>
    /// <remarks>Call it after <see cref="MoveToLine"/>. On false nothing moved. The hot path of every scrape.</remarks>
    public bool TryKnownSample(int seriesLength, ulong hash)
    {
        var at = position + seriesLength;
        if (at >= body.Length || LineHash.Of(body.Slice(position, seriesLength)) != hash || body[at] is not ((byte)' ' or (byte)'\t')) return false;
        seriesEnd = at++;
        if (!isOpenMetrics)
        {
            while (at < body.Length && body[at] is (byte)' ' or (byte)'\t') at++;
        }
        if (at < body.Length && body[at] is (byte)'{' or (byte)'\n') return false;
        Kind = LineKind.Sample;
        var valueStart = at;
        if (FloatText.TryReadSimple(body, ref at, out var value) && at < body.Length && body[at] == '\n')
        {
            position = at + 1;
            Value = value;
            HistogramIndex = -1;
            HasTimestamp = false;
            HasExemplar = false;
            return true;
        }
        // After the blanks a value, time or exemplar of rarer form follows; a fault in it is told as for an unknown line.
        position = valueStart;
        ReadValueAndRest();
        return true;
    }

    /// <summary>Whether the next line is, byte for byte by hash, the metadata or comment of that length; if so, it is passed.</summary>
    public bool TryKnownLine(int length, ulong hash)
    {
        var end = position + length;
        if (end >= body.Length || body[end] != '\n' || LineHash.Of(body.Slice(position, length)) != hash) return false;
        position = end + 1;
        return true;
    }

    /// <summary>Reads the next line. False at the end of the data.</summary>
    /// <exception cref="ExpositionException">The line does not follow the format.</exception>
    public bool Next()
    {
        if (!MoveToLine()) return false;
        if (body[position] != '#') ReadSample();
        else if (isOpenMetrics) ReadOpenMetricsComment();
        else ReadTextComment();
        return Kind != LineKind.None;
    }

    /// <summary>Reads the line passed last once more, now with its labels, which a known line leaves out.</summary>
    public void Reread()
    {
        position = lineStart;
        Next();
    }

    /// <summary>Throws for a fault in the line read last, one that only its meaning shows.</summary>
    [DoesNotReturn]
    public readonly void FailLine(string message) => Fail(lineStart, message);

    [DoesNotReturn]
    readonly void Fail(int at, string message)
    {
        var before = body[..Math.Min(at, body.Length)];
        throw new ExpositionException(before.Count((byte)'\n') + 1, at - before.LastIndexOf((byte)'\n'), message);
    }

    [DoesNotReturn]
    readonly void FailExpected(int at, string wanted) => Fail(at, $"found {ExpositionText.Describe(body, at)}, expected {wanted}");

    readonly void CheckUtf8(int start, int length, string what)
    {
        if (!Utf8.IsValid(body.Slice(start, length))) Fail(start, $"{what} is not valid UTF-8");
    }
}
