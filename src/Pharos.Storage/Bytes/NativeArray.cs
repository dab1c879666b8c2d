using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pharos.Model.Diagnostics;

namespace Pharos.Storage.Bytes;

/// <summary>A long array outside the GC heap, by reservation: addresses for the largest size, memory only for what was touched.</summary>
/// <remarks>
/// <para>It grows without copying, and gives pages back with <see cref="Release"/>. Elements start as zero. Why not the pinned heap: that
/// stays resident after a free; why not a growing managed array: each growth copies all and leaves the old one to the GC.</para>
/// <para>Huge pages make the first touch of 256 MB cost 15 ms instead of 105 ms, but each one touched holds 2 MB: for arrays that will be full.</para>
/// <para>Threads: as an array. Dispose only when no reader is left.</para>
/// </remarks>
sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    readonly nuint reservedBytes;
    readonly bool isMapped;
    T* start;

    /// <param name="capacity">Elements that may ever be used; costs addresses, not memory.</param>
    public NativeArray(long capacity, bool hugePages = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Capacity = capacity;
        reservedBytes = checked((nuint)Math.Max(1, capacity) * (nuint)sizeof(T));
        isMapped = OperatingSystem.IsLinux();
        if (!isMapped)
        {
            start = (T*)NativeMemory.AllocZeroed(reservedBytes);
            return;
        }
        var address = LibC.Mmap(null, reservedBytes, LibC.ProtectionReadWrite, LibC.MapPrivate | LibC.MapAnonymous | LibC.MapNoReserve, -1, 0);
        if (address == (void*)-1) throw new IOException($"mmap of {reservedBytes} bytes: error {Marshal.GetLastPInvokeError()}");
        start = (T*)address;
        if (hugePages) _ = LibC.Madvise(address, reservedBytes, LibC.MadviseHugePage); // Advice: a refusal costs speed alone.
    }

    /// <summary>Elements that may be used; none after the dispose, so that a late use is a caught mistake and not a crash.</summary>
    public long Capacity { get; private set; }

    public ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)index >= (ulong)Capacity) Outside(index, 1);
            return ref start[index];
        }
    }

    public Span<T> AsSpan(long first, int length)
    {
        if ((ulong)first > (ulong)Capacity || (ulong)length > (ulong)(Capacity - first)) Outside(first, length);
        return new Span<T>(start + first, length);
    }

    /// <summary>Gives whole pages inside this range back to the system; their elements are zero afterwards.</summary>
    public void Release(long first, long length)
    {
        if ((ulong)first > (ulong)Capacity || (ulong)length > (ulong)(Capacity - first)) Outside(first, length);
        var from = (nuint)(start + first);
        var until = (nuint)(start + first + length);
        var firstPage = (from + PageBytes - 1) & ~(PageBytes - 1);
        var endPage = until & ~(PageBytes - 1);
        if (!isMapped || endPage <= firstPage)
        {
            Clear(from, until);
            return;
        }
        Clear(from, firstPage);
        Clear(endPage, until);
        if (LibC.Madvise((void*)firstPage, endPage - firstPage, LibC.MadviseDontNeed) != 0) Clear(firstPage, endPage);
    }

    public void Dispose()
    {
        if (start == null) return;
        if (isMapped) _ = LibC.Munmap(start, reservedBytes);
        else NativeMemory.Free(start);
        start = null;
        Capacity = 0;
    }

    static readonly nuint PageBytes = (nuint)Environment.SystemPageSize;

    static void Clear(nuint from, nuint until) => NativeMemory.Clear((void*)from, until - from);

    void Outside(long first, long length) => Invariant.Holds(false, $"elements {first}+{length} of a native array of {Capacity}");
}
