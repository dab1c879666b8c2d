using Pharos.Model.Samples;
using Pharos.Model.Writing;

namespace Pharos.Tests.Server.Metrics.Scraping;

/// <summary>A sink that keeps everything as text, in the order in which it came.</summary>
sealed class FakeSink : ISeriesSink
{
    readonly Dictionary<string, SeriesHandle> handles = new(StringComparer.Ordinal);
    readonly List<string> names = [];

    /// <summary><c>name{a="b"} value @time</c>, stale markers as <c>stale</c>.</summary>
    public List<string> Samples { get; } = [];

    public int Created { get; private set; }

    /// <summary>Slots given away: their old handles are answered with Gone.</summary>
    public HashSet<SeriesHandle> Gone { get; } = [];

    public string? RefusesNewSeries { get; set; }

    /// <summary>Samples of a later time are too new.</summary>
    public long LatestMs { get; set; } = long.MaxValue;

    public int Appends { get; private set; }

    /// <summary>Whether <see cref="Take"/> leaves the <c>scrape_*</c> series in.</summary>
    public bool KeepsReports { get; set; }

    /// <summary>Samples since the last call, those of <c>scrape_*</c> series left out, in order.</summary>
    public string[] Take()
    {
        var taken = Samples.Where(sample => KeepsReports || !sample.StartsWith("scrape_", StringComparison.Ordinal)).ToArray();
        Samples.Clear();
        return taken;
    }

    public void GiveAwayAll()
    {
        foreach (var handle in handles.Values) Gone.Add(handle);
        handles.Clear();
    }

    public UInt128 HashRaw(ReadOnlySpan<byte> raw) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(System.Security.Cryptography.SHA256.HashData(raw));

    public bool TryFind(UInt128 rawKey, out SeriesHandle handle)
    {
        handle = default;
        return false;
    }

    public bool TryCreate(UInt128 rawKey, LabelSetBuilder sortedLabels, out SeriesHandle handle, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason)
    {
        handle = default;
        reason = null;
        var labels = new List<string>();
        var name = "";
        for (var i = 0; i < sortedLabels.Count; i++)
        {
            var label = System.Text.Encoding.UTF8.GetString(sortedLabels.Name(i));
            var value = System.Text.Encoding.UTF8.GetString(sortedLabels.Value(i));
            if (label == "__name__") name = value;
            else labels.Add($"{label}=\"{value}\"");
        }
        var text = $"{name}{{{string.Join(',', labels)}}}";
        if (handles.TryGetValue(text, out handle)) return true;
        if (RefusesNewSeries is { } refusal)
        {
            reason = refusal;
            return false;
        }
        handle = new((uint)names.Count, 1);
        names.Add(text);
        handles.Add(text, handle);
        Created++;
        return true;
    }

    public AppendOutcome Append(SampleBatch batch)
    {
        Appends++;
        var (gone, tooNew) = (0, 0);
        for (var i = 0; i < batch.Count; i++)
        {
            if (Gone.Contains(batch.Handles[i]))
            {
                batch.Status[i] = AppendStatus.Gone;
                gone++;
                continue;
            }
            if (batch.TimesMs[i] > LatestMs)
            {
                batch.Status[i] = AppendStatus.TooNew;
                tooNew++;
                continue;
            }
            batch.Status[i] = AppendStatus.Stored;
            var value = batch.Histograms?.GetValueOrDefault(i) is { } histogram ? $"histogram({histogram.Count})"
                : StaleMarker.Is(batch.Values[i]) ? "stale"
                : batch.Values[i].ToString(System.Globalization.CultureInfo.InvariantCulture);
            Samples.Add($"{names[(int)batch.Handles[i].Slot]} {value} @{batch.TimesMs[i]}");
        }
        return new(batch.Count - gone - tooNew, 0, 0, 0, tooNew, 0, gone, 0, null);
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => ValueTask.CompletedTask;
}
