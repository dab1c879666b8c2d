using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Writing;
using Pharos.Server.Metrics.Exemplars;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Takes one body of a target into a batch, by what the target remembers, and remembers what is new.</summary>
/// <remarks>
/// <para>All or nothing: the batch is handed to the store by the caller once the whole body was read, so that a body with a fault stores no sample.</para>
/// <para>A line of a steady target costs a hash of its bytes, the reading of its number and one entry in the batch; nothing is allocated.</para>
/// <para>Threads: one owner at a time, the target's scrape.</para>
/// </remarks>
sealed class SampleIntake(ISeriesSink sink, ExemplarRing exemplars, TargetMemory memory)
{
    /// <summary>Unknown lines between two looks at the clock: resolving is what a hostile body can make slow.</summary>
    const int LinesPerDeadlineCheck = 256;

    ScrapeConfig config = null!;
    LabelSet targetLabels = LabelSet.Empty;
    ScrapeWorkspace workspace = null!;
    LineWalk walk = null!;
    long timeMs;
    bool isRepair;
    bool isOpenMetrics;
    MetricKind kind;
    ScrapeCounts counts;
    List<SeriesHandle>? replaced;

    /// <summary>Counts of the last body, also of one that was refused half-way.</summary>
    public ScrapeCounts Counts => counts;

    /// <summary>Puts back the counts of a body after it was repaired.</summary>
    public void Restore(in ScrapeCounts whole) => counts = whole;

    /// <summary>Reads the body and fills <see cref="ScrapeWorkspace.Batch"/>, stale markers of series that disappeared included.</summary>
    /// <param name="isRepair">The body was taken before, and only samples whose handles had become useless are wanted.</param>
    /// <exception cref="ExpositionException">The body does not follow its format.</exception>
    /// <exception cref="ScrapeRefusedException">A limit is passed.</exception>
    /// <exception cref="OperationCanceledException">The scrape's time is over.</exception>
    public void Take(
        ReadOnlySpan<byte> body, ExpositionFormat format, ScrapeConfig scrapeConfig, LabelSet labels, long scrapeTimeMs, ScrapeWorkspace space, bool isRepair, CancellationToken cancellation)
    {
        (config, targetLabels, timeMs, workspace, this.isRepair) = (scrapeConfig, labels, scrapeTimeMs, space, isRepair);
        isOpenMetrics = format != ExpositionFormat.PrometheusText;
        walk = new(memory);
        kind = MetricKind.Unknown;
        counts = default;
        replaced = null;
        space.Batch.Clear();
        var reader = new ExpositionReader(body, format, space.Ranges, space.ExemplarRanges);
        var unknown = 0;
        while (reader.MoveToLine())
        {
            if (TakeKnown(ref reader)) continue;
            if (++unknown % LinesPerDeadlineCheck == 0) cancellation.ThrowIfCancellationRequested();
            if (!reader.Next()) break;
            if (reader.Kind == LineKind.Sample) TakeSampleSlow(ref reader);
            else TakeMetadataSlow(reader);
        }
        if (config.Limits.Samples > 0 && counts.AfterRelabelling > config.Limits.Samples)
        {
            throw new ScrapeRefusedException($"sample_limit exceeded (samples: {counts.AfterRelabelling}, limit: {config.Limits.Samples})", ScrapeBound.Samples);
        }
        if (!isRepair) AddStaleMarkers();
        walk.Commit();
    }

    /// <summary>Fills the batch with stale markers for all tracked series that still have samples.</summary>
    public void EndAll(ScrapeWorkspace space, long endMs)
    {
        space.Batch.Clear();
        if (!memory.IsAlive) return;
        foreach (ref readonly var line in memory.Lines)
        {
            if (line.Is(KnownLineFlags.Tracked) && !line.Is(KnownLineFlags.Dropped)) space.Batch.Add(line.Handle, endMs, StaleMarker.Value);
        }
    }

    bool TakeKnown(ref ExpositionReader reader)
    {
        if (walk.Place >= memory.Count) return false;
        ref var line = ref memory.Lines[walk.Place];
        if (line.Is(KnownLineFlags.Unresolved)) return false;
        if (!line.Is(KnownLineFlags.Sample))
        {
            if (!reader.TryKnownLine(line.Length, line.Hash)) return false;
            if (line.Is(KnownLineFlags.TypeLine)) kind = line.Kind;
            walk.Advance();
            return true;
        }
        if (!reader.TryKnownSample(line.Length, line.Hash)) return false;
        AddSample(ref reader, ref line);
        walk.Advance();
        return true;
    }

    void AddSample(ref ExpositionReader reader, ref KnownLine line)
    {
        counts.Scraped++;
        if (line.Is(KnownLineFlags.Dropped)) return;
        counts.AfterRelabelling++;
        var hasOwnTime = reader.HasTimestamp && config.HonorTimestamps;
        var isTracked = !hasOwnTime || config.TrackTimestampsStaleness;
        if (isTracked != line.Is(KnownLineFlags.Tracked)) line.Flags ^= KnownLineFlags.Tracked;
        if (isRepair) return;
        var sampleMs = hasOwnTime ? reader.TimestampMs : timeMs;
        if (reader.HistogramIndex >= 0) workspace.Batch.Add(line.Handle, sampleMs, workspace.Histograms[reader.HistogramIndex]);
        else workspace.Batch.Add(line.Handle, sampleMs, reader.Value);
        if (reader.HasExemplar && exemplars.IsOn) AddExemplar(ref reader, line.Handle, sampleMs);
    }

    void TakeSampleSlow(ref ExpositionReader reader)
    {
        var hash = LineHash.Of(reader.Series);
        if (walk.TryFind(hash, reader.Series.Length))
        {
            ref var known = ref memory.Lines[walk.Place];
            var wasUnresolved = known.Is(KnownLineFlags.Unresolved);
            if (!wasUnresolved || Resolve(reader, ref known)) AddResolved(ref reader, ref known, wasUnresolved);
            walk.Advance();
            return;
        }
        var line = new KnownLine { Hash = hash, Length = reader.Series.Length, Flags = KnownLineFlags.Sample };
        if (!Resolve(reader, ref line)) return;
        if (!line.Is(KnownLineFlags.Dropped)) counts.SeriesAdded++;
        AddResolved(ref reader, ref line, isNew: true);
        walk.Add(line);
    }

    void AddResolved(ref ExpositionReader reader, ref KnownLine line, bool isNew)
    {
        var repairing = isRepair;
        isRepair &= !isNew;
        AddSample(ref reader, ref line);
        isRepair = repairing;
    }

    /// <summary>Finds or creates the line's series. False: the store refuses it; then the line stays unknown and is tried again next time.</summary>
    bool Resolve(in ExpositionReader reader, ref KnownLine line)
    {
        // Changed rules may lead a line elsewhere; the series it led to before ends then.
        if (line.Is(KnownLineFlags.Tracked) && !line.Is(KnownLineFlags.Dropped) && memory.IsAlive && !isRepair) (replaced ??= []).Add(line.Handle);
        line.Flags = KnownLineFlags.Sample | (line.Flags & KnownLineFlags.Tracked);
        if (!SeriesResolver.TryBuildLabels(reader, kind, config, targetLabels, workspace))
        {
            line.Flags |= KnownLineFlags.Dropped;
            return true;
        }
        // Above the limit the scrape will be dropped: count on, but let it make no series in the store.
        if (config.Limits.Samples > 0 && counts.AfterRelabelling >= config.Limits.Samples) return Skip(ref line);
        if (sink.TryCreate(0, SeriesResolver.ToBuilder(workspace), out line.Handle, out var reason)) return true;
        counts.Refused++;
        counts.RefusedReason = reason;
        return Skip(ref line);
    }

    bool Skip(ref KnownLine line)
    {
        counts.Scraped++;
        counts.AfterRelabelling++;
        line.Flags |= KnownLineFlags.Unresolved;
        return false;
    }

    void TakeMetadataSlow(in ExpositionReader reader)
    {
        var line = new KnownLine { Hash = LineHash.Of(reader.Line), Length = reader.Line.Length };
        if (reader.Kind == LineKind.Type)
        {
            kind = line.Kind = reader.MetricKind;
            line.Flags = KnownLineFlags.TypeLine;
        }
        if (reader.Kind != LineKind.Comment)
        {
            var text = FamilyLines.TextOf(reader, isOpenMetrics);
            memory.Describe(
                FamilyLines.NameOf(reader),
                reader.Kind == LineKind.Type ? reader.MetricKind : null,
                reader.Kind == LineKind.Help ? text : null,
                reader.Kind == LineKind.Unit ? text : null);
        }
        if (walk.TryFind(line.Hash, line.Length))
        {
            memory.Lines[walk.Place].Flags = line.Flags;
            walk.Advance();
        }
        else walk.Add(line);
    }

    void AddExemplar(ref ExpositionReader reader, SeriesHandle handle, long sampleMs)
    {
        var bytes = LineHash.Of(reader.Exemplar);
        if (!memory.Exemplars.TryGetValue(handle, out var known))
        {
            reader.Reread();
            if (!SeriesResolver.TryBuildLabels(reader, kind, config, targetLabels, workspace)) return;
            known.Labels = workspace.Labels.ToLabelSet();
        }
        else if (known.Newest == bytes) return; // Targets show an exemplar again until there is a newer one.
        memory.Exemplars[handle] = (known.Labels, bytes);
        var labels = new List<Label>(reader.ExemplarLabelCount);
        for (var i = 0; i < reader.ExemplarLabelCount; i++)
        {
            labels.Add(new(ExpositionText.UnescapeToString(reader.ExemplarLabelName(i), isQuoted: true), ExpositionText.UnescapeToString(reader.ExemplarLabelValue(i), isQuoted: true)));
        }
        exemplars.Append(known.Labels, new(LabelSet.From(labels), reader.ExemplarValue, reader.HasExemplarTimestamp ? reader.ExemplarTimestampMs : sampleMs));
    }

    void AddStaleMarkers()
    {
        if (memory.IsAlive)
        {
            HashSet<SeriesHandle>? living = null;
            foreach (var line in walk.Missing())
            {
                if (line.Is(KnownLineFlags.Tracked) && !line.Is(KnownLineFlags.Dropped)) End(line.Handle, ref living);
            }
            foreach (var handle in replaced ?? []) End(handle, ref living);
        }
        memory.IsAlive = true;
    }

    void End(SeriesHandle handle, ref HashSet<SeriesHandle>? living)
    {
        // The same series may have come again, written another way.
        living ??= Living();
        if (living.Add(handle)) workspace.Batch.Add(handle, timeMs, StaleMarker.Value);
    }

    /// <summary>The series that this scrape shows; asked for only when some ended.</summary>
    HashSet<SeriesHandle> Living()
    {
        var living = new HashSet<SeriesHandle>();
        foreach (ref readonly var line in walk.Lines)
        {
            if (line.Is(KnownLineFlags.Sample) && !line.Is(KnownLineFlags.Dropped)) living.Add(line.Handle);
        }
        return living;
    }
}
