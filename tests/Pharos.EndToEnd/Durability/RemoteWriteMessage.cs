using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Pharos.EndToEnd.Durability;

/// <summary>A remote write request of version 1.0 with new series and values that no code makes small, so that few of them fill a log.</summary>
static class RemoteWriteMessage
{
    public const int Series = 200;
    public const int SamplesOfSeries = 60;

    const int MaxLiteral = 65_536;

    /// <summary>All pushes are alike but for the name that makes their series new.</summary>
    static readonly Lazy<byte[]> Template = new(() => Build(NameOf(0)));

    public static string NameOf(int push) => push.ToString("D7", CultureInfo.InvariantCulture);

    public static HttpContent Create(int push)
    {
        var request = Template.Value.ToArray();
        var (template, name) = (Label("push", NameOf(0)), Label("push", NameOf(push)));
        for (var at = 0; request.AsSpan(at).IndexOf(template) is >= 0 and var found;)
        {
            name.CopyTo(request.AsSpan(at + found));
            at += found + name.Length;
        }
        var content = new ByteArrayContent(Snappy(request));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        return content;
    }

    static byte[] Build(string push)
    {
        var random = new Random(1);
        var untilMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var request = new MemoryStream();
        for (var series = 0; series < Series; series++)
        {
            var one = new MemoryStream();
            Field(one, 1, Label("__name__", "pushed"));
            Field(one, 1, Label("i", series.ToString(CultureInfo.InvariantCulture)));
            Field(one, 1, Label("push", push));
            for (var i = 0; i < SamplesOfSeries; i++) Field(one, 2, Sample(untilMs - ((SamplesOfSeries - i) * 1_000), random.NextDouble()));
            Field(request, 1, one.ToArray());
        }
        return request.ToArray();
    }

    static byte[] Label(string name, string value)
    {
        var label = new MemoryStream();
        Field(label, 1, Encoding.UTF8.GetBytes(name));
        Field(label, 2, Encoding.UTF8.GetBytes(value));
        return label.ToArray();
    }

    static byte[] Sample(long timeMs, double value)
    {
        var sample = new MemoryStream();
        sample.WriteByte((1 << 3) | 1);
        Span<byte> bits = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bits, value);
        sample.Write(bits);
        sample.WriteByte(2 << 3);
        Varint(sample, (ulong)timeMs);
        return sample.ToArray();
    }

    static void Field(MemoryStream to, int number, byte[] bytes)
    {
        to.WriteByte((byte)((number << 3) | 2));
        Varint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    /// <summary>Snappy's block form with literals alone.</summary>
    static byte[] Snappy(byte[] plain)
    {
        var block = new MemoryStream();
        Varint(block, (ulong)plain.Length);
        foreach (var literal in plain.Chunk(MaxLiteral))
        {
            block.WriteByte(61 << 2); // The length less one follows in two bytes.
            block.WriteByte((byte)(literal.Length - 1));
            block.WriteByte((byte)((literal.Length - 1) >> 8));
            block.Write(literal);
        }
        return block.ToArray();
    }

    static void Varint(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }
}
