using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Writing;
using Pharos.Server.Metrics.Exemplars;
using Pharos.Server.Metrics.Metadata;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.RemoteWrite;

/// <summary>The last step of both remote-write versions: label bytes become handles, samples become batches in the store.</summary>
/// <remarks>
/// <para>Shape: a series is known by the bytes of its labels as remote write 1.0 writes them (fields <c>0A len { 0A len name, 12 len value }</c>).
/// 2.0 puts its symbols into the same form, so both versions lead to the same raw key. A series that the store knows costs one hash and one
/// probe; labels are taken apart and checked only when it is new. No object is made per series or sample.</para>
/// <para>Limits: <see cref="RemoteWriteLimits"/>; batches of <see cref="BatchSamples"/> samples, so that a large request needs no large copy.</para>
/// <para>Errors: what cannot be stored is counted with its reason in <see cref="Tally"/>; the rest of the request is stored.</para>
/// <para>Threads: one request at a time; kept in a pool.</para>
/// </remarks>
sealed class SeriesIntake(ISeriesSink sink, ExemplarRing exemplars, MetadataCatalogue metadata, RemoteWriteLimits limits)
{
    const int BatchSamples = 16_384;
    const int MaxSeenMetadata = 200_000;

    readonly SampleBatch batch = new();
    readonly LabelSetBuilder labels = new();
    readonly HashSet<UInt128> seenMetadata = [];
    readonly ArrayBufferWriter<byte> description = new();
    SeriesHandle handle;
    readonly int[] seriesOfSample = new int[BatchSamples];
    byte[] kept = new byte[16 << 10];
    int openStart;
    int openEnd;
    string? refusal;
    LabelSet? labelSet;

    public WriteTally Tally { get; } = new();

    public RemoteWriteLimits Limits => limits;

    /// <summary>Opens a series by its label bytes. What <see cref="Add(long, double)"/> and its kin take belongs to it.</summary>
    public void Begin(ReadOnlySpan<byte> canonicalLabels)
    {
        labelSet = null;
        refusal = null;
        Keep(canonicalLabels);
        var rawKey = sink.HashRaw(canonicalLabels);
        if (!sink.TryFind(rawKey, out handle)) Create(rawKey, canonicalLabels);
    }

    public void Add(long timeMs, double value)
    {
        if (refusal is not null)
        {
            Refuse(refusal);
            return;
        }
        if (batch.Count == BatchSamples) Append();
        seriesOfSample[batch.Count] = openStart;
        batch.Add(handle, timeMs, value);
    }

    public void Add(long timeMs, FloatHistogram histogram)
    {
        if (refusal is not null)
        {
            Refuse(refusal);
            return;
        }
        if (batch.Count == BatchSamples) Append();
        seriesOfSample[batch.Count] = openStart;
        batch.Add(handle, timeMs, histogram);
    }

    /// <summary>Gives the sample added last its start time; nothing when its series was refused.</summary>
    public void SetStartTime(long startMs)
    {
        if (refusal is null && startMs != 0) batch.SetStartTime(startMs);
    }

    /// <summary>Counts a sample of this series that could not be read.</summary>
    public void Refuse(string reason) => Tally.Refuse(reason, 1, () => Describe(OpenSeries));

    public bool WantsExemplars => exemplars.IsOn && refusal is null;

    public void Add(Exemplar exemplar)
    {
        labelSet ??= ToLabelSet(OpenSeries);
        if (exemplars.Append(labelSet, exemplar) is ExemplarOutcome.Stored or ExemplarOutcome.Repeated) Tally.Exemplars++;
    }

    /// <summary>Whether this description was taken before, told by its bytes: senders repeat it with every request.</summary>
    public bool IsNewMetadata(ReadOnlySpan<byte> description)
    {
        if (seenMetadata.Count >= MaxSeenMetadata) seenMetadata.Clear();
        return seenMetadata.Add(sink.HashRaw(description));
    }

    public void Add(string family, MetricMetadata description)
    {
        if (family.Length > 0) metadata.Put(family, description);
    }

    /// <summary>Describes the family that the open series belongs to (2.0 sends this with every series).</summary>
    public void Describe(MetricKind kind, ReadOnlySpan<byte> help, ReadOnlySpan<byte> unit)
    {
        var name = NameOf(OpenSeries);
        description.ResetWrittenCount();
        description.Write(name);
        description.Write<byte>([0, (byte)kind]);
        description.Write(help);
        if (!IsNewMetadata(description.WrittenSpan)) return;
        Add(FamilyOf(Encoding.UTF8.GetString(name), kind), new(kind, Encoding.UTF8.GetString(help), Encoding.UTF8.GetString(unit)));
    }

    /// <summary>The numbers that both versions give the kinds.</summary>
    public static MetricKind KindOf(ulong kind) => kind switch
    {
        1 => MetricKind.Counter,
        2 => MetricKind.Gauge,
        3 => MetricKind.Histogram,
        4 => MetricKind.GaugeHistogram,
        5 => MetricKind.Summary,
        6 => MetricKind.Info,
        7 => MetricKind.StateSet,
        _ => MetricKind.Unknown,
    };

    /// <summary>Writes what is collected. Call it at the end of a request.</summary>
    public void Append()
    {
        if (batch.Count == 0) return;
        var outcome = sink.Append(batch);
        var histograms = batch.Histograms?.Count ?? 0;
        if (outcome.Stored + outcome.DuplicateSame == batch.Count)
        {
            Tally.Samples += batch.Count - histograms;
            Tally.Histograms += histograms;
        }
        else
        {
            TellFaults(outcome);
        }
        batch.Clear();
        OpenSeries.CopyTo(kept); // The open series goes on in the next batch.
        openEnd -= openStart;
        openStart = 0;
    }

    void TellFaults(AppendOutcome outcome)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var isHistogram = batch.Histograms?.ContainsKey(i) ?? false;
            var reason = batch.Status[i] switch
            {
                AppendStatus.Stored or AppendStatus.DuplicateSame => null,
                AppendStatus.DuplicateOther => "duplicate sample for timestamp",
                AppendStatus.TooOld => "too old sample",
                AppendStatus.TooNew => "out of bounds: more than 10 minutes ahead of this server's clock",
                AppendStatus.OutOfOrder => "out of order sample",
                AppendStatus.Gone => "series left the head",
                _ => outcome.Reason ?? "refused by the store",
            };
            if (reason is null)
            {
                if (isHistogram) Tally.Histograms++;
                else Tally.Samples++;
                continue;
            }
            if (batch.Status[i] == AppendStatus.Gone) Tally.MustRepeat = true;
            if (batch.Status[i] == AppendStatus.Refused) Tally.Unavailable = reason;
            var start = seriesOfSample[i];
            Tally.Refuse(reason, 1, () => Describe(kept.AsSpan(start)));
        }
    }

    /// <summary>Forgets what a broken request left behind.</summary>
    public void Reset()
    {
        batch.Clear();
        openStart = openEnd = 0;
        Tally.Reset();
    }

    void Create(UInt128 rawKey, ReadOnlySpan<byte> canonicalLabels)
    {
        labels.Clear();
        var reader = new ProtoReader(canonicalLabels);
        var hasName = false;
        var count = 0;
        while (refusal is null && reader.TryNext(out _))
        {
            ReadLabel(reader.ReadBytes(), out var name, out var value);
            hasName |= name.SequenceEqual("__name__"u8) && !value.IsEmpty;
            refusal = ++count > limits.MaxLabels ? $"more than {limits.MaxLabels} labels"
                : name.Length > limits.MaxLabelNameBytes ? $"label name of more than {limits.MaxLabelNameBytes} bytes"
                : value.Length > limits.MaxLabelValueBytes ? $"label value of more than {limits.MaxLabelValueBytes} bytes"
                : name.IsEmpty ? "label without a name"
                : !Utf8.IsValid(name) || !Utf8.IsValid(value) ? "label that is not UTF-8"
                : null;
            labels.Add(name, value);
        }
        if (refusal is not null) return;
        if (!hasName) refusal = "series without a metric name";
        else if (!labels.Sort()) refusal = "label name twice in one series";
        else if (!sink.TryCreate(rawKey, labels, out handle, out var reason)) refusal = Tally.Unavailable = reason;
    }

    ReadOnlySpan<byte> OpenSeries => kept.AsSpan(openStart, openEnd - openStart);

    /// <summary>Keeps the label bytes, ended by a zero byte (no field has the number 0), until their batch is written: a fault names its series.</summary>
    void Keep(ReadOnlySpan<byte> canonicalLabels)
    {
        var previousIsUsed = batch.Count > 0 && seriesOfSample[batch.Count - 1] == openStart;
        if (batch.Count == 0) openStart = 0;
        else if (previousIsUsed) openStart = openEnd + 1;
        openEnd = openStart + canonicalLabels.Length;
        if (openEnd >= kept.Length) Array.Resize(ref kept, openEnd * 2);
        canonicalLabels.CopyTo(kept.AsSpan(openStart));
        kept[openEnd] = 0;
    }

    /// <summary>Series of histograms and summaries carry the family's name with a suffix.</summary>
    static string FamilyOf(string name, MetricKind kind)
    {
        if (kind is not (MetricKind.Histogram or MetricKind.GaugeHistogram or MetricKind.Summary)) return name;
        foreach (var suffix in (ReadOnlySpan<string>)["_bucket", "_count", "_sum"])
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal) && name.Length > suffix.Length) return name[..^suffix.Length];
        }
        return name;
    }

    static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> canonicalLabels)
    {
        var reader = new ProtoReader(canonicalLabels);
        while (reader.TryNext(out _))
        {
            ReadLabel(reader.ReadBytes(), out var name, out var value);
            if (name.SequenceEqual("__name__"u8)) return value;
        }
        return default;
    }

    static string Describe(ReadOnlySpan<byte> canonicalLabels)
    {
        const int longest = 512; // A label value may be large; a log line should not.
        var text = ToLabelSet(canonicalLabels).ToString();
        return text.Length <= longest ? text : $"{text.AsSpan(0, longest)}…";
    }

    static LabelSet ToLabelSet(ReadOnlySpan<byte> canonicalLabels)
    {
        var found = new List<Label>();
        var reader = new ProtoReader(canonicalLabels);
        while (reader.Position < canonicalLabels.Length && canonicalLabels[reader.Position] != 0 && reader.TryNext(out _))
        {
            ReadLabel(reader.ReadBytes(), out var name, out var value);
            found.Add(new(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value)));
        }
        return LabelSet.From(found);
    }

    /// <summary>Takes a Label message apart; what is missing is empty.</summary>
    public static void ReadLabel(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 1) name = reader.ReadBytes();
            else if (field == 2) value = reader.ReadBytes();
            else reader.Skip();
        }
    }
}
