using System.Runtime.InteropServices;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Where a walk over a body stands in the lines of the scrape before, and what the lines of this one are.</summary>
/// <remarks>
/// <para>While lines come as before, nothing is copied: the place just advances. The first line that differs starts a list of this scrape's
/// lines and a table by hash of the old ones; from then on each line is looked for at the place first and in the table second, so that
/// inserted, removed and moved lines cost one look-up each.</para>
/// </remarks>
sealed class LineWalk(TargetMemory memory)
{
    List<KnownLine>? current;
    Dictionary<ulong, int>? index;
    bool[]? seen;

    /// <summary>The old line that should come next.</summary>
    public int Place { get; private set; }

    /// <summary>The line at the place came again.</summary>
    public void Advance()
    {
        if (current is not null)
        {
            current.Add(memory.Lines[Place]);
            seen![Place] = true;
        }
        Place++;
    }

    /// <summary>Looks for an old line that is not at the place. When found, the place moves there.</summary>
    public bool TryFind(ulong hash, int length)
    {
        // The line at the place is itself found when its quick comparison failed for the form of what follows it.
        if (Place < memory.Count && memory.Lines[Place].Hash == hash && memory.Lines[Place].Length == length) return true;
        if (current is null) Diverge();
        if (!index!.TryGetValue(hash, out var found) || memory.Lines[found].Length != length) return false;
        Place = found;
        return true;
    }

    /// <summary>Adds a line that the old scrape did not have.</summary>
    public void Add(in KnownLine line)
    {
        if (current is null) Diverge();
        current!.Add(line);
    }

    /// <summary>The old sample lines that did not come again.</summary>
    public IEnumerable<KnownLine> Missing()
    {
        for (var i = current is null ? Place : 0; i < memory.Count; i++)
        {
            if (seen is not null && seen[i]) continue;
            if (memory.Lines[i].Is(KnownLineFlags.Sample)) yield return memory.Lines[i];
        }
    }

    /// <summary>Makes this scrape's lines the remembered ones.</summary>
    public void Commit()
    {
        if (current is not null) memory.Replace(current);
        else memory.Cut(Place);
    }

    /// <summary>The lines of this scrape so far.</summary>
    public ReadOnlySpan<KnownLine> Lines => current is null ? memory.Lines[..Place] : CollectionsMarshal.AsSpan(current);

    void Diverge()
    {
        current = new(memory.Count + 16);
        current.AddRange(memory.Lines[..Place]);
        seen = new bool[memory.Count];
        seen.AsSpan(0, Place).Fill(true);
        index = new(memory.Count);
        for (var i = memory.Count - 1; i >= 0; i--) index[memory.Lines[i].Hash] = i; // The first of equal lines wins.
    }
}
