using System.Diagnostics.CodeAnalysis;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Sums and parities of a block's index (columns, directory, groups), from which one damaged stripe of any sixteen is made anew.</summary>
/// <remarks>
/// <para>Why: the sums of pages tell damage, but without its index a block cannot be read at all. The parities are a sixteenth of the index.</para>
/// <para>Shape: a table of sums (of the data before the index in its first page, then of each stripe), its own sum; one exclusive-or of each
/// sixteen stripes; the table again. Readers that know nothing of it find it between two sections and do not look there.</para>
/// <para>Source: docs/formats/block.md.</para>
/// </remarks>
sealed class BlockGuard
{
    const int StripeBytes = 4096;
    const int GroupStripes = 16;
    readonly byte[] index;
    readonly bool[] isSound;
    readonly long from;
    readonly string path;

    BlockGuard(string path, long from, byte[] index, bool[] isSound, bool isDataSound)
    {
        (this.path, this.from, this.index, this.isSound, IsDataSound) = (path, from, index, isSound, isDataSound);
    }

    /// <summary>Whether the bytes before the index in the page where it begins are what was written.</summary>
    public bool IsDataSound { get; }

    /// <summary>The bytes to put behind the index.</summary>
    /// <param name="dataSum">Of the bytes before the index in the page where it begins.</param>
    public static byte[] Of(ReadOnlySpan<byte> columns, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> groups, uint dataSum)
    {
        var size = columns.Length + directory.Length + groups.Length;
        var stripe = new byte[Math.Min(size, StripeBytes)];
        var parities = new byte[Count(Count(size, StripeBytes), GroupStripes) * stripe.Length];
        using var table = new ByteWriter();
        table.U32(dataSum);
        var (filled, stripes) = (0, 0);
        Add(columns);
        Add(directory);
        Add(groups);
        if (filled > 0) End();
        table.U32(Crc32C.Of(table.Written));
        return [.. table.Written, .. parities, .. table.Written];

        void Add(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var taken = Math.Min(bytes.Length, stripe.Length - filled);
                bytes[..taken].CopyTo(stripe.AsSpan(filled));
                filled += taken;
                bytes = bytes[taken..];
                if (filled == stripe.Length) End();
            }
        }

        void End()
        {
            table.U32(Crc32C.Of(stripe.AsSpan(0, filled)));
            Xor(parities.AsSpan(stripes / GroupStripes * stripe.Length), stripe.AsSpan(0, filled));
            stripes++;
            filled = 0;
        }
    }

    /// <summary>Reads the index anew and mends it; false when the block has no guard, or both of its tables are damaged.</summary>
    public static bool TryRead(MappedFile file, long from, long until, long guardUntil, [NotNullWhen(true)] out BlockGuard? guard)
    {
        guard = null;
        var stripes = Count(until - from, StripeBytes);
        var stripeBytes = (int)Math.Min(until - from, StripeBytes);
        var tableBytes = (stripes + 2L) * sizeof(uint);
        var parityBytes = (long)Count(stripes, GroupStripes) * stripeBytes;
        if (stripes == 0 || guardUntil - until != (2 * tableBytes) + parityBytes) return false;
        if (!TryReadTable(file, until, stripes, out var sums) && !TryReadTable(file, guardUntil - tableBytes, stripes, out sums)) return false;

        var index = new byte[until - from];
        file.ReadInto(from, index);
        var parities = new byte[parityBytes];
        file.ReadInto(until + tableBytes, parities);
        var isSound = new bool[stripes];
        for (var i = 0; i < stripes; i++) isSound[i] = Crc32C.Of(Stripe(index, i)) == sums[i + 1];
        for (var group = 0; group < stripes; group += GroupStripes) Mend(index, isSound, sums, group, parities.AsSpan(group / GroupStripes * stripeBytes, stripeBytes));
        var page = new byte[from % BlockFormat.PageBytes];
        file.ReadInto(from - page.Length, page);
        if (from < BlockFormat.PageBytes) BlockFormat.WriteHeader(page);
        guard = new BlockGuard(file.Path, from, index, isSound, Crc32C.Of(page) == sums[0]);
        return true;
    }

    public bool Covers(long offset, int length) => offset >= from && offset + length <= from + index.Length;

    /// <summary>Bytes of the index, as they were written.</summary>
    /// <exception cref="CorruptDataException">Too much of it is damaged.</exception>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        var at = (int)(offset - from);
        for (var i = at / StripeBytes; i <= (at + length - 1) / StripeBytes; i++)
        {
            if (!isSound[i]) CorruptDataException.Throw(path, from + ((long)i * StripeBytes), "a sound stripe of the index", "damage in more than one of sixteen");
        }
        return index.AsSpan(at, length);
    }

    static bool TryReadTable(MappedFile file, long offset, int stripes, out uint[] sums)
    {
        var bytes = new byte[(stripes + 2) * sizeof(uint)];
        file.ReadInto(offset, bytes);
        sums = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(bytes).ToArray();
        return Crc32C.Of(bytes.AsSpan(0, bytes.Length - sizeof(uint))) == sums[^1];
    }

    static void Mend(byte[] index, bool[] isSound, uint[] sums, int group, Span<byte> parity)
    {
        var members = isSound.AsSpan(group, Math.Min(GroupStripes, isSound.Length - group));
        if (members.Count(false) != 1) return;
        var lost = members.IndexOf(false);
        for (var i = 0; i < members.Length; i++)
        {
            if (i != lost) Xor(parity, Stripe(index, group + i));
        }
        var target = Stripe(index, group + lost);
        if (Crc32C.Of(parity[..target.Length]) != sums[group + lost + 1]) return; // The parity is damaged as well.
        parity[..target.Length].CopyTo(target);
        members[lost] = true;
    }

    static Span<byte> Stripe(byte[] index, int number) => index.AsSpan(number * StripeBytes, Math.Min(StripeBytes, index.Length - (number * StripeBytes)));

    static void Xor(Span<byte> into, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < other.Length; i++) into[i] ^= other[i];
    }

    static int Count(long size, int each) => checked((int)((size + each - 1) / each));
}
