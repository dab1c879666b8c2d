using Pharos.Model.Samples;
using Pharos.Model.Writing;

namespace Pharos.Server.Metrics.Scraping;

[Flags]
enum KnownLineFlags : byte
{
    None = 0,

    /// <summary>A sample line; otherwise metadata or a comment.</summary>
    Sample = 1,

    /// <summary>Relabelling drops the sample.</summary>
    Dropped = 2,

    /// <summary>The series gets a stale marker when it disappears.</summary>
    Tracked = 4,

    /// <summary>The handle is of no use any more; the labels must be resolved again.</summary>
    Unresolved = 8,

    /// <summary>A TYPE line.</summary>
    TypeLine = 16,
}

/// <summary>What a target remembers of one line: 24 bytes, in the order in which the lines came.</summary>
struct KnownLine
{
    /// <summary>Of the series' bytes of a sample, or of the whole line of metadata.</summary>
    public ulong Hash;

    public SeriesHandle Handle;

    /// <summary>Bytes under the hash.</summary>
    public int Length;

    public KnownLineFlags Flags;

    /// <summary>What a TYPE line says.</summary>
    public MetricKind Kind;

    public readonly bool Is(KnownLineFlags flag) => (Flags & flag) != 0;
}
