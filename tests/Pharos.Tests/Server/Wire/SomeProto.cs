using System.Buffers.Binary;
using System.Text;

namespace Pharos.Tests.Server.Wire;

/// <summary>Protobuf messages field by field, and those of an exposition.</summary>
static class SomeProto
{
    public static byte[] Family(string name, int kind, params byte[][] metrics)
    {
        byte[] message = [.. Bytes(1, Encoding.UTF8.GetBytes(name)), .. Bytes(2, "help"u8.ToArray()), .. Number(3, kind), .. metrics.SelectMany(metric => Bytes(4, metric))];
        return Delimited(message);
    }

    /// <summary>A message behind its length.</summary>
    public static byte[] Delimited(byte[] message) => [.. Varint(message.Length), .. message];

    public static byte[] Metric(byte[] value, long? timeMs, params (string Name, string Value)[] labels) =>
        [.. labels.SelectMany(label => Pair(label.Name, label.Value)), .. value, .. timeMs is { } own ? Number(6, own) : []];

    public static byte[] Pair(string name, string value) => Bytes(1, [.. Bytes(1, Encoding.UTF8.GetBytes(name)), .. Bytes(2, Encoding.UTF8.GetBytes(value))]);

    public static byte[] Message(int field, byte[] content) => Bytes(field, content);

    public static byte[] Bytes(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    public static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    public static byte[] Double(int field, double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return [.. Varint((field << 3) | 1), .. bytes];
    }

    public static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (var rest = (ulong)value; ; rest >>= 7)
        {
            bytes.Add((byte)(rest < 0x80 ? rest : (rest & 0x7f) | 0x80));
            if (rest < 0x80) return [.. bytes];
        }
    }
}
