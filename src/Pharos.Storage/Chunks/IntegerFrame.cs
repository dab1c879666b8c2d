using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Chunks;

/// <summary>What is packed in place of the integers themselves. Several may be allowed; the smallest result is taken.</summary>
[Flags]
enum IntegerModes
{
    Value = 1,
    Delta = 2,
    DeltaOfDelta = 4,

    /// <summary>Distance from a straight line: for times of a regular scrape, whose errors do not add up.</summary>
    Line = 8,
}

/// <summary>Up to 128 integers in one packed run: base values, residuals of one width, and patches for the few that are wider.</summary>
/// <remarks>
/// <para>Arithmetic wraps at 64 bits on both sides, so any integers survive; only the size depends on them.</para>
/// <para>The tag (0-15) belongs to whoever uses the frame, in the spare half of the first byte. The count is not stored.</para>
/// <para>Source: docs/formats/chunk.md.</para>
/// </remarks>
static class IntegerFrame
{
    public const int MaxCount = BitPacking.MaxCount;
    public const int MaxPatches = 16;
    public const int MaxBytes = 2 + 4 * Varint.MaxBytes + 1 + MaxPatches * (1 + Varint.MaxBytes) + MaxCount * BitPacking.MaxWidth / 8;

    const int PatchedFlag = 4;
    const int DividedFlag = 8;

    /// <summary>Writes the frame and returns its length, or 0 when packing cannot hold the integers (too many wide residuals).</summary>
    [SkipLocalsInit]
    public static int Encode(int tag, ReadOnlySpan<long> values, IntegerModes allowed, Span<byte> destination)
    {
        Debug.Assert(values.Length is > 0 and <= MaxCount && tag is >= 0 and < 16 && destination.Length >= MaxBytes);
        Span<long> bestResiduals = stackalloc long[MaxCount];
        Span<long> tried = stackalloc long[MaxCount];
        var best = default(Shape);
        best.CostBytes = int.MaxValue;
        for (var mode = 0; mode < 4; mode++)
        {
            if (((int)allowed & (1 << mode)) == 0 || values.Length <= Bases(mode)) continue;
            var shape = Residuals(mode, values, tried);
            if (shape.CostBytes >= best.CostBytes) continue;
            best = shape;
            tried[..shape.Count].CopyTo(bestResiduals);
        }
        return best.CostBytes == int.MaxValue ? 0 : Write(tag, in best, bestResiduals[..best.Count], destination);
    }

    /// <summary>Reads as many integers as the destination holds and returns the tag.</summary>
    /// <exception cref="CorruptDataException">The bytes are cut short or no frame.</exception>
    public static int Decode(ref ByteReader reader, Span<long> values)
    {
        var header = ReadHeader(ref reader, values.Length);
        Span<Patch> patches = stackalloc Patch[MaxPatches];
        var patchCount = ReadPatches(ref reader, in header, patches);
        var residuals = values[header.FirstResidual..];
        BitPacking.Unpack(reader.Take(BitPacking.SizeBytes(residuals.Length, header.Width)), header.Width, residuals);
        foreach (var patch in patches[..patchCount]) residuals[patch.Position] |= (long)(patch.High << header.Width);
        switch (header.Mode)
        {
            case 0: FromValues(values, header.Minimum, header.Divisor); break;
            case 1: FromDeltas(values, header.First, header.Minimum, header.Divisor); break;
            case 2: FromDeltasOfDeltas(values, header.First, header.Step, header.Minimum, header.Divisor); break;
            default: FromLine(values, header.First, header.Step, header.Minimum, header.Divisor); break;
        }
        return header.Tag;
    }

    /// <summary>Moves the reader behind a frame of that many integers without decoding them; returns the tag.</summary>
    public static int Skip(ref ByteReader reader, int count)
    {
        var header = ReadHeader(ref reader, count);
        Span<Patch> patches = stackalloc Patch[MaxPatches];
        ReadPatches(ref reader, in header, patches);
        reader.Take(BitPacking.SizeBytes(count - header.FirstResidual, header.Width));
        return header.Tag;
    }

    /// <summary>Integers that a mode stores whole, before the residuals.</summary>
    static int Bases(int mode) => mode switch { 1 => 1, 2 => 2, _ => 0 };

    static Shape Residuals(int mode, ReadOnlySpan<long> values, Span<long> residuals)
    {
        var shape = new Shape { Mode = mode, Count = values.Length - Bases(mode), First = values[0] };
        switch (mode)
        {
            case 0:
                values.CopyTo(residuals);
                break;
            case 1:
                for (var i = 1; i < values.Length; i++) residuals[i - 1] = values[i] - values[i - 1];
                break;
            case 2:
                shape.Step = values[1] - values[0];
                for (var i = 2; i < values.Length; i++) residuals[i - 2] = values[i] - 2 * values[i - 1] + values[i - 2];
                break;
            default:
                shape.Step = values.Length == 1 ? 0 : (values[^1] - values[0]) / (values.Length - 1);
                for (var i = 0; i < values.Length; i++) residuals[i] = values[i] - (shape.First + i * shape.Step);
                break;
        }
        residuals = residuals[..shape.Count];
        var minimum = long.MaxValue;
        foreach (var residual in residuals) minimum = Math.Min(minimum, residual);
        shape.Minimum = minimum;
        foreach (ref var residual in residuals) residual -= minimum;
        Divide(ref shape, residuals);
        ChooseWidth(ref shape, residuals);
        return shape;
    }

    /// <summary>Takes out the greatest common divisor: sizes in pages, times in whole seconds, milliseconds as counts of 10.</summary>
    static void Divide(ref Shape shape, Span<long> residuals)
    {
        ulong divisor = 0;
        foreach (var residual in residuals)
        {
            divisor = GreatestCommonDivisor((ulong)residual, divisor);
            if (divisor == 1) break;
        }
        shape.Divisor = divisor <= 1 ? 1 : divisor;
        if (shape.Divisor == 1) return;
        foreach (ref var residual in residuals) residual = (long)((ulong)residual / shape.Divisor);
    }

    static ulong GreatestCommonDivisor(ulong a, ulong b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    /// <summary>The width with the smallest sum of packed bytes and patches.</summary>
    static void ChooseWidth(ref Shape shape, ReadOnlySpan<long> residuals)
    {
        Span<byte> ofWidth = stackalloc byte[65];
        ofWidth.Clear();
        var widest = 0;
        foreach (var residual in residuals)
        {
            var bits = 64 - BitOperations.LeadingZeroCount((ulong)residual);
            ofWidth[bits]++;
            widest = Math.Max(widest, bits);
        }
        shape.CostBytes = int.MaxValue;
        var patches = 0;
        for (var width = widest; width >= 0; width--)
        {
            if (patches > MaxPatches) break;
            if (width <= BitPacking.MaxWidth)
            {
                var patchBytes = patches == 0 ? 0 : 1 + patches * (1 + (widest - width + 6) / 7);
                var cost = BitPacking.SizeBytes(residuals.Length, width) + patchBytes;
                if (cost < shape.CostBytes) (shape.CostBytes, shape.Width, shape.Patches) = (cost, width, patches);
            }
            patches += ofWidth[width];
        }
        if (shape.CostBytes == int.MaxValue) return;
        shape.CostBytes += Varint.Size(ZigZag.Encode(shape.Minimum)) + (shape.Divisor == 1 ? 0 : Varint.Size(shape.Divisor));
        if (shape.Mode != 0) shape.CostBytes += Varint.Size(ZigZag.Encode(shape.First));
        if (shape.Mode >= 2) shape.CostBytes += Varint.Size(ZigZag.Encode(shape.Step));
    }

    static int Write(int tag, in Shape shape, ReadOnlySpan<long> residuals, Span<byte> destination)
    {
        destination[0] = (byte)(shape.Mode | (shape.Patches > 0 ? PatchedFlag : 0) | (shape.Divisor != 1 ? DividedFlag : 0) | tag << 4);
        destination[1] = (byte)shape.Width;
        var length = 2;
        if (shape.Mode != 0) length += Varint.Write(destination[length..], ZigZag.Encode(shape.First));
        if (shape.Mode >= 2) length += Varint.Write(destination[length..], ZigZag.Encode(shape.Step));
        length += Varint.Write(destination[length..], ZigZag.Encode(shape.Minimum));
        if (shape.Divisor != 1) length += Varint.Write(destination[length..], shape.Divisor);
        if (shape.Patches > 0)
        {
            destination[length++] = (byte)shape.Patches;
            for (var i = 0; i < residuals.Length; i++)
            {
                var high = (ulong)residuals[i] >> shape.Width;
                if (high == 0) continue;
                destination[length++] = (byte)i;
                length += Varint.Write(destination[length..], high);
            }
        }
        return length + BitPacking.Pack(residuals, shape.Width, destination[length..]);
    }

    static Header ReadHeader(ref ByteReader reader, int count)
    {
        var flags = reader.U8();
        var header = new Header { Mode = flags & 3, Tag = flags >> 4, IsPatched = (flags & PatchedFlag) != 0, Divisor = 1 };
        header.FirstResidual = Bases(header.Mode);
        if (count <= header.FirstResidual) reader.Fail($"a frame of {count} integers", $"mode {header.Mode}");
        header.Width = reader.U8();
        if (header.Width > BitPacking.MaxWidth) reader.Fail($"a width of at most {BitPacking.MaxWidth}", $"{header.Width}");
        if (header.Mode != 0) header.First = reader.SignedVarint();
        if (header.Mode >= 2) header.Step = reader.SignedVarint();
        header.Minimum = reader.SignedVarint();
        if ((flags & DividedFlag) != 0) header.Divisor = (long)reader.Varint();
        header.Residuals = count - header.FirstResidual;
        return header;
    }

    static int ReadPatches(ref ByteReader reader, in Header header, scoped Span<Patch> patches)
    {
        if (!header.IsPatched) return 0;
        var count = reader.U8();
        if (count is 0 or > MaxPatches) reader.Fail($"1 to {MaxPatches} patches", $"{count}");
        for (var i = 0; i < count; i++)
        {
            var position = reader.U8();
            if (position >= header.Residuals) reader.Fail($"a patch inside {header.Residuals} residuals", $"position {position}");
            patches[i] = new Patch(position, reader.Varint());
        }
        return count;
    }

    static void FromValues(Span<long> values, long minimum, long divisor)
    {
        if (divisor == 1)
        {
            foreach (ref var value in values) value += minimum;
            return;
        }
        foreach (ref var value in values) value = value * divisor + minimum;
    }

    static void FromDeltas(Span<long> values, long first, long minimum, long divisor)
    {
        var sum = values[0] = first;
        for (var i = 1; i < values.Length; i++)
        {
            sum += values[i] * divisor + minimum;
            values[i] = sum;
        }
    }

    static void FromDeltasOfDeltas(Span<long> values, long first, long step, long minimum, long divisor)
    {
        values[0] = first;
        var sum = values[1] = first + step;
        for (var i = 2; i < values.Length; i++)
        {
            step += values[i] * divisor + minimum;
            sum += step;
            values[i] = sum;
        }
    }

    static void FromLine(Span<long> values, long first, long step, long minimum, long divisor)
    {
        var line = first + minimum;
        foreach (ref var value in values)
        {
            value = value * divisor + line;
            line += step;
        }
    }

    struct Shape
    {
        public int Mode;
        public int Count;
        public long First;
        public long Step;
        public long Minimum;
        public ulong Divisor;
        public int Width;
        public int Patches;
        public int CostBytes;
    }

    struct Header
    {
        public int Mode;
        public int Tag;
        public bool IsPatched;
        public int FirstResidual;
        public int Residuals;
        public int Width;
        public long First;
        public long Step;
        public long Minimum;
        public long Divisor;
    }

    readonly record struct Patch(int Position, ulong High);
}
