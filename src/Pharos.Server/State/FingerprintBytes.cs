using System.Buffers.Binary;

namespace Pharos.Server.State;

/// <summary>Sets of fingerprints as bytes: eight each, little-endian, ascending.</summary>
static class FingerprintBytes
{
    public static byte[] Write(IReadOnlyCollection<ulong> fingerprints)
    {
        var bytes = new byte[fingerprints.Count * sizeof(ulong)];
        var at = 0;
        foreach (var fingerprint in fingerprints.Order())
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), fingerprint);
            at += sizeof(ulong);
        }
        return bytes;
    }

    public static HashSet<ulong> Read(ReadOnlySpan<byte> bytes)
    {
        var fingerprints = new HashSet<ulong>(bytes.Length / sizeof(ulong));
        for (var at = 0; at + sizeof(ulong) <= bytes.Length; at += sizeof(ulong)) fingerprints.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
        return fingerprints;
    }
}
