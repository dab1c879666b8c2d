using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Pharos.Server.Discovery.Dns;

/// <summary>One record of an answer that names a target. Which members are set follows the kind that was asked for.</summary>
sealed record DnsRecord(string Host, int Port);

/// <summary>Questions and answers of DNS as bytes, as far as service discovery needs them.</summary>
/// <remarks>
/// <para>Errors: <see cref="DnsException"/> for an answer that is malformed or that is not for the question. Compression pointers may only
/// lead backwards, so that a crafted answer cannot make a loop.</para>
/// <para>Source: RFC 1035 section 4, RFC 2782 (SRV), RFC 3596 (AAAA), RFC 6891 (larger answers by UDP).</para>
/// </remarks>
static class DnsMessage
{
    public const int MaxUdpBytes = 1232;
    const int HeaderBytes = 12;
    const int InternetClass = 1;

    public enum AnswerCode
    {
        NoError = 0,
        NameError = 3,
    }

    /// <summary>What an answer came to. Truncated: ask again by TCP.</summary>
    public sealed record Answer(int Code, bool IsTruncated, IReadOnlyList<DnsRecord> Records);

    public static byte[] Question(ushort id, string name, DnsRecordKind kind)
    {
        var bytes = new List<byte>(64);
        Add16(id);
        Add16(0x0100); // Recursion desired.
        Add16(1);
        Add16(0);
        Add16(0);
        Add16(1);
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            var encoded = Encoding.ASCII.GetBytes(label);
            if (encoded.Length is 0 or > 63) throw new DnsException($"\"{name}\" is not a domain name");
            bytes.Add((byte)encoded.Length);
            bytes.AddRange(encoded);
        }
        bytes.Add(0);
        Add16(TypeOf(kind));
        Add16(InternetClass);
        bytes.AddRange([0, 0, 41, MaxUdpBytes >> 8, MaxUdpBytes & 0xff, 0, 0, 0, 0, 0, 0]); // OPT: how long an answer may be.
        return [.. bytes];

        void Add16(int value)
        {
            bytes.Add((byte)(value >> 8));
            bytes.Add((byte)value);
        }
    }

    public static Answer Read(ReadOnlySpan<byte> message, ushort id, DnsRecordKind kind)
    {
        if (message.Length < HeaderBytes || Read16(message, 0) != id || (message[2] & 0x80) == 0) throw new DnsException("the server's answer is not one to our question");
        var records = new List<DnsRecord>();
        var position = HeaderBytes;
        for (var i = Read16(message, 4); i > 0; i--)
        {
            ReadName(message, ref position);
            position += 4;
        }
        for (var i = Read16(message, 6); i > 0; i--)
        {
            ReadName(message, ref position);
            var type = Read16(message, position);
            var length = Read16(message, position + 8);
            position += 10;
            if (position + length > message.Length) throw Malformed();
            if (type == TypeOf(kind)) records.Add(ReadData(message, position, length, kind));
            position += length;
        }
        return new(message[3] & 0x0f, (message[2] & 0x02) != 0, records);
    }

    static DnsRecord ReadData(ReadOnlySpan<byte> message, int position, int length, DnsRecordKind kind)
    {
        switch (kind)
        {
            case DnsRecordKind.A when length == 4:
            case DnsRecordKind.Aaaa when length == 16:
                return new(new IPAddress(message.Slice(position, length)).ToString(), 0);
            case DnsRecordKind.Srv when length > 6:
                var port = Read16(message, position + 4);
                position += 6;
                return new(ReadName(message, ref position), port);
            case DnsRecordKind.Mx when length > 2:
                position += 2;
                return new(ReadName(message, ref position), 0);
            case DnsRecordKind.Ns when length > 0:
                return new(ReadName(message, ref position), 0);
            default:
                throw Malformed();
        }
    }

    /// <summary>A name with its final dot.</summary>
    static string ReadName(ReadOnlySpan<byte> message, ref int position)
    {
        var name = new StringBuilder();
        var at = position;
        var end = -1;
        while (true)
        {
            if (at >= message.Length) throw Malformed();
            var length = message[at];
            if (length == 0)
            {
                position = end < 0 ? at + 1 : end;
                return name.Length == 0 ? "." : name.ToString();
            }
            if ((length & 0xc0) == 0xc0)
            {
                var target = Read16(message, at) & 0x3fff;
                if (end < 0) end = at + 2;
                if (target >= at) throw Malformed();
                at = target;
                continue;
            }
            if (length > 63 || at + 1 + length > message.Length || name.Length + length > 255) throw Malformed();
            name.Append(Encoding.ASCII.GetString(message.Slice(at + 1, length))).Append('.');
            at += 1 + length;
        }
    }

    static int Read16(ReadOnlySpan<byte> message, int position) =>
        position + 2 <= message.Length ? BinaryPrimitives.ReadUInt16BigEndian(message[position..]) : throw Malformed();

    static DnsException Malformed() => new("the server's answer is malformed");

    static int TypeOf(DnsRecordKind kind) => kind switch
    {
        DnsRecordKind.A => 1,
        DnsRecordKind.Ns => 2,
        DnsRecordKind.Mx => 15,
        DnsRecordKind.Aaaa => 28,
        _ => 33,
    };
}

/// <summary>A look-up failed; the message says how.</summary>
sealed class DnsException(string message) : Exception(message);
