using System.Buffers;
using System.Numerics;
using Pharos.Query.PromQL.Execution;

namespace Pharos.Query.PromQL.Aggregations;

/// <summary>Which series a ratio of limit_ratio takes: those whose hash of labels is low enough. A ratio r and its complement r-1 part the series.</summary>
/// <remarks>XXH64 over <c>name 0xff value 0xff ...</c>. Which series a ratio takes is thus fixed by their labels alone.</remarks>
static class LabelHash
{
    const ulong Prime1 = 0x9E3779B185EBCA87;
    const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    const ulong Prime3 = 0x165667B19E3779F9;
    const ulong Prime4 = 0x85EBCA77C2B2AE63;
    const ulong Prime5 = 0x27D4EB2F165667C5;

    public static bool IsInRatio(QuerySymbols symbols, ReadOnlySpan<int> pairs, double ratio)
    {
        var offset = Of(symbols, pairs) / (double)ulong.MaxValue;
        return ratio >= 0 ? offset < ratio : offset >= 1 + ratio;
    }

    static ulong Of(QuerySymbols symbols, ReadOnlySpan<int> pairs)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        ReadOnlySpan<byte> separator = [0xff];
        foreach (var pair in pairs)
        {
            BuffersExtensions.Write(bytes, symbols.NameUtf8(pair));
            BuffersExtensions.Write(bytes, separator);
            BuffersExtensions.Write(bytes, symbols.ValueUtf8(pair));
            BuffersExtensions.Write(bytes, separator);
        }
        return Hash(bytes.WrittenSpan);
    }

    /// <summary>XXH64 with seed 0.</summary>
    public static ulong Hash(ReadOnlySpan<byte> data)
    {
        var length = (ulong)data.Length;
        ulong hash;
        if (data.Length >= 32)
        {
            ulong v1 = unchecked(Prime1 + Prime2), v2 = Prime2, v3 = 0, v4 = unchecked(0 - Prime1);
            for (; data.Length >= 32; data = data[32..])
            {
                v1 = Round(v1, BitConverter.ToUInt64(data));
                v2 = Round(v2, BitConverter.ToUInt64(data[8..]));
                v3 = Round(v3, BitConverter.ToUInt64(data[16..]));
                v4 = Round(v4, BitConverter.ToUInt64(data[24..]));
            }
            hash = BitOperations.RotateLeft(v1, 1) + BitOperations.RotateLeft(v2, 7) + BitOperations.RotateLeft(v3, 12) + BitOperations.RotateLeft(v4, 18);
            hash = Merge(Merge(Merge(Merge(hash, v1), v2), v3), v4);
        }
        else
        {
            hash = Prime5;
        }
        hash += length;
        for (; data.Length >= 8; data = data[8..]) hash = BitOperations.RotateLeft(hash ^ Round(0, BitConverter.ToUInt64(data)), 27) * Prime1 + Prime4;
        if (data.Length >= 4)
        {
            hash = BitOperations.RotateLeft(hash ^ (BitConverter.ToUInt32(data) * Prime1), 23) * Prime2 + Prime3;
            data = data[4..];
        }
        foreach (var each in data) hash = BitOperations.RotateLeft(hash ^ (each * Prime5), 11) * Prime1;
        hash ^= hash >> 33;
        hash *= Prime2;
        hash ^= hash >> 29;
        hash *= Prime3;
        return hash ^ (hash >> 32);
    }

    static ulong Round(ulong state, ulong input) => BitOperations.RotateLeft(state + input * Prime2, 31) * Prime1;

    static ulong Merge(ulong hash, ulong state) => (hash ^ Round(0, state)) * Prime1 + Prime4;
}
