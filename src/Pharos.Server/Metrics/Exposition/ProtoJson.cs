using System.Globalization;
using System.Text.Json;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>Writes a protobuf message as ProtoJSON, by a table of its fields: the JSON that clients of generated code read and write.</summary>
/// <remarks>
/// <para>Shape: only fields that the message has; integers of 64 bits, NaN and infinities as strings; instants as RFC 3339. Fields that the table does
/// not name are left out.</para>
/// <para>Errors: <see cref="MalformedRequestException"/> for bytes that are no such message. Depth: that of the table.</para>
/// <para>Source: protobuf.dev, "ProtoJSON Format" (facts).</para>
/// </remarks>
static class ProtoJson
{
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> message, ProtoField[] fields)
    {
        json.WriteStartObject();
        foreach (var field in fields)
        {
            if (!Has(message, field.Number)) continue;
            json.WritePropertyName(field.Name);
            if (field.IsRepeated) WriteAll(json, message, field);
            else WriteLast(json, message, field);
        }
        json.WriteEndObject();
    }

    static bool Has(ReadOnlySpan<byte> message, int number)
    {
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var found))
        {
            if (found == number) return true;
            reader.Skip();
        }
        return false;
    }

    static void WriteAll(Utf8JsonWriter json, ReadOnlySpan<byte> message, ProtoField field)
    {
        json.WriteStartArray();
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var number))
        {
            if (number == field.Number) WriteValue(json, ref reader, field);
            else reader.Skip();
        }
        json.WriteEndArray();
    }

    /// <summary>Of a field that is there more than once the last one counts.</summary>
    static void WriteLast(Utf8JsonWriter json, ReadOnlySpan<byte> message, ProtoField field)
    {
        var reader = new ProtoReader(message);
        var last = reader;
        while (reader.TryNext(out var number))
        {
            if (number == field.Number) last = reader;
            reader.Skip();
        }
        WriteValue(json, ref last, field);
    }

    static void WriteValue(Utf8JsonWriter json, ref ProtoReader reader, ProtoField field)
    {
        switch (field.Kind)
        {
            case ProtoKind.Text: json.WriteStringValue(reader.ReadBytes()); break;
            case ProtoKind.Double when field.IsRepeated: WriteDoubles(json, ref reader); break;
            case ProtoKind.Double: WriteDouble(json, reader.ReadDouble()); break;
            case ProtoKind.UInt32: json.WriteNumberValue((uint)reader.ReadVarint()); break;
            case ProtoKind.SInt32: json.WriteNumberValue((int)reader.ReadSInt64()); break;
            case ProtoKind.UInt64: json.WriteStringValue(reader.ReadVarint().ToString(CultureInfo.InvariantCulture)); break;
            case ProtoKind.Int64: json.WriteStringValue(reader.ReadInt64().ToString(CultureInfo.InvariantCulture)); break;
            case ProtoKind.SInt64: WriteSInt64s(json, ref reader); break;
            case ProtoKind.Word: WriteWord(json, reader.ReadVarint(), field.Words!); break;
            case ProtoKind.Timestamp: json.WriteStringValue(Instant(reader.ReadBytes())); break;
            default: Write(json, reader.ReadBytes(), field.Message!); break;
        }
    }

    static void WriteDoubles(Utf8JsonWriter json, ref ProtoReader reader)
    {
        var values = new List<double>();
        reader.ReadRepeatedDouble(values);
        foreach (var value in values) WriteDouble(json, value);
    }

    static void WriteSInt64s(Utf8JsonWriter json, ref ProtoReader reader)
    {
        var values = new List<long>();
        reader.ReadRepeatedVarint(values, ProtoReader.ZigZag);
        foreach (var value in values) json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    static void WriteDouble(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    static void WriteWord(Utf8JsonWriter json, ulong number, string[] words)
    {
        if (number < (ulong)words.Length) json.WriteStringValue(words[(int)number]);
        else json.WriteNumberValue(number);
    }

    static string Instant(ReadOnlySpan<byte> timestamp)
    {
        var (seconds, nanoseconds) = ProtoTimestamp.Read(timestamp);
        if (seconds is < -62_135_596_800 or > 253_402_300_799 || nanoseconds is < 0 or > 999_999_999) throw new MalformedRequestException($"protobuf: no instant: {seconds} s, {nanoseconds} ns");
        var fraction = nanoseconds == 0 ? "" : nanoseconds % 1_000_000 == 0 ? $".{nanoseconds / 1_000_000:000}" : $".{nanoseconds:000000000}";
        return DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + fraction + "Z";
    }
}
