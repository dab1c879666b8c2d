using System.Diagnostics.CodeAnalysis;

namespace Pharos.Model.Writing;

/// <summary>Where samples are written: the embedded store.</summary>
/// <remarks>
/// <para>A producer first finds each series' handle: by the 128-bit key of the label bytes <em>as they came</em>, else by creating it from
/// its sorted labels (after relabelling and limits, which are the producer's). Producers keep handles; a steady scrape never asks again.</para>
/// <para>Threads: all members may be called by many producers at once.</para>
/// </remarks>
public interface ISeriesSink
{
    /// <summary>Hash of raw label bytes, keyed by a secret of this store so that nobody can provoke collisions.</summary>
    UInt128 HashRaw(ReadOnlySpan<byte> raw);

    /// <summary>The handle that a raw form led to before. False also when that series has left the head.</summary>
    bool TryFind(UInt128 rawKey, out SeriesHandle handle);

    /// <summary>Finds or creates the series of sorted labels, and remembers that this raw form leads to it.</summary>
    /// <param name="rawKey">0: do not remember a raw form.</param>
    /// <returns>False when the store refuses new series; the reason is for the producer's user.</returns>
    bool TryCreate(UInt128 rawKey, LabelSetBuilder sortedLabels, out SeriesHandle handle, [NotNullWhen(false)] out string? reason);

    /// <summary>Why push doors must refuse now, before they take anything (a full disk: what is appended waits in memory, and <see cref="FlushAsync"/> fails);
    /// null while all is well.</summary>
    string? Unavailable => null;

    /// <summary>Appends in order, sets each sample's status, and applies at once: a query sees the samples when this returns.</summary>
    AppendOutcome Append(SampleBatch batch);

    /// <summary>Completes when everything appended before the call is on disk (<c>fdatasync</c>). Push doors answer after it;
    /// scrapes and rules do not wait.</summary>
    /// <exception cref="IOException">The log could not be written: nothing since the last success is promised.</exception>
    ValueTask FlushAsync(CancellationToken cancellation);
}

/// <summary>Counts of what <see cref="ISeriesSink.Append"/> did; <see cref="Reason"/> is set when something was refused.</summary>
public readonly record struct AppendOutcome(
    int Stored, int DuplicateSame, int DuplicateOther, int TooOld, int TooNew, int OutOfOrder, int Gone, int Refused, string? Reason);
