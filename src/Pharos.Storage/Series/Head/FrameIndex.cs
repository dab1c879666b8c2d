namespace Pharos.Storage.Series.Head;

/// <summary>Every sound frame of some files by series: what links are rebuilt from when a frame, or a checkpoint, no longer tells them.</summary>
/// <remarks>Memory: 24 bytes a frame. It is made only where something is damaged.</remarks>
sealed class FrameIndex
{
    readonly Dictionary<uint, List<(ulong Address, long FirstMs, long LastMs)>> bySeries = [];

    /// <summary>Reads the files whole, and notes the newest time of each.</summary>
    public FrameIndex(IEnumerable<FrameFile> files)
    {
        foreach (var file in files.OrderBy(file => file.Number))
        {
            for (var extent = 0L; extent < file.Length; extent += FrameStore.ExtentBytes) AddExtent(file, extent, Math.Min(file.Length, extent + FrameStore.ExtentBytes));
        }
    }

    public IEnumerable<uint> Series => bySeries.Keys;

    /// <summary>The newest frame of a series that is written before that address and ends before that time; 0 when there is none.</summary>
    public ulong Before(uint series, ulong address, long beforeMs, out long lastMs)
    {
        (ulong Address, long FirstMs, long LastMs) found = default;
        foreach (var frame in bySeries.GetValueOrDefault(series) ?? [])
        {
            if (frame.Address < address && frame.LastMs < beforeMs && (found.Address == 0 || frame.LastMs >= found.LastMs)) found = frame;
        }
        lastMs = found.LastMs;
        return found.Address;
    }

    /// <summary>Time of the first sample that the frames of a series hold.</summary>
    public long OldestMs(uint series) => bySeries.TryGetValue(series, out var frames) ? frames.Min(frame => frame.FirstMs) : long.MaxValue;

    /// <summary>Frames lie end to end from the start of an extent; behind a damaged one the next is looked for at each place where one may begin.</summary>
    void AddExtent(FrameFile file, long from, long until)
    {
        for (var at = from; at + FrameStore.HeaderBytes <= until;)
        {
            if (!FrameStore.TryParse(file, at, out var series, out var frame))
            {
                at += FrameStore.Alignment;
                continue;
            }
            if (!bySeries.TryGetValue(series, out var frames)) bySeries.Add(series, frames = []);
            frames.Add((FrameStore.AddressOf(file.Number, at), frame.FirstMs, frame.LastMs));
            file.NoteTime(frame.LastMs);
            at += FrameStore.SizeOf(frame.Coded.Length);
        }
    }
}
