using System.Runtime.InteropServices;

namespace Pharos.Storage.Series.Head;

[Flags]
enum SlotFlags : byte
{
    None = 0,

    /// <summary>A series lives here.</summary>
    Live = 1,

    /// <summary>Histograms, start times or late samples stand in the shard's table of rare samples.</summary>
    Rare = 2,

    /// <summary>The newest sample is a histogram.</summary>
    NewestIsHistogram = 4,
}

/// <summary>What the head knows of one live series besides its newest sample: 32 bytes, half a cache line.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
struct SlotState
{
    /// <summary>Address of the newest frame (see <see cref="FrameStore"/>), or 0.</summary>
    public ulong LastFrame;
    public uint Id;

    /// <summary>Chain of the open run's pieces; 0 when it has no sample.</summary>
    public uint FirstPiece;
    public uint LastPiece;

    /// <summary>Distance of the open run's last two samples.</summary>
    public int StepMs;
    public ushort OpenBytes;
    public ushort Generation;
    public byte OpenCount;
    public SlotFlags Flags;
    public ushort Unused;
}
