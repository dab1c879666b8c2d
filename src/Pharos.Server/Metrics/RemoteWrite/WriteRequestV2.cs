using System.Buffers;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.RemoteWrite;

/// <summary>Walks a decoded remote-write 2.0 request (<c>io.prometheus.write.v2.Request</c>): one table of symbols, series refer to it.</summary>
/// <remarks>
/// <para>Shape: two passes, because protobuf does not promise that symbols come first: places of the symbols, then series. Labels are put
/// into the form of 1.0 in a scratch buffer, which is the key of <see cref="SeriesIntake.Begin"/>.</para>
/// <para>Errors: <see cref="MalformedRequestException"/>; a reference outside the table or an odd number of label references is one.</para>
/// <para>Source: io/prometheus/write/v2/types.proto; remote write 2.0 specification (facts). Threads: one request at a time.</para>
/// </remarks>
sealed class WriteRequestV2
{
    readonly ArrayBufferWriter<byte> scratch = new(1_024);
    (int Start, int Length)[] symbols = new (int, int)[1_024];
    int symbolCount;

    public void Walk(ReadOnlySpan<byte> request, SeriesIntake intake)
    {
        FindSymbols(request);
        var reader = new ProtoReader(request);
        while (reader.TryNext(out var field))
        {
            if (field == 5) WalkSeries(request, reader.ReadBytes(), intake);
            else reader.Skip();
        }
        intake.Append();
    }

    void FindSymbols(ReadOnlySpan<byte> request)
    {
        symbolCount = 0;
        var reader = new ProtoReader(request);
        while (reader.TryNext(out var field))
        {
            if (field != 4)
            {
                reader.Skip();
                continue;
            }
            var length = reader.ReadBytes().Length;
            if (symbolCount == symbols.Length) Array.Resize(ref symbols, symbolCount * 2);
            symbols[symbolCount++] = (reader.Position - length, length);
        }
        if (symbolCount > 0 && symbols[0].Length != 0) throw new MalformedRequestException("remote write 2.0: the first symbol is not empty");
    }

    void WalkSeries(ReadOnlySpan<byte> request, ReadOnlySpan<byte> series, SeriesIntake intake)
    {
        scratch.ResetWrittenCount();
        var seriesStartMs = 0L;
        var reader = new ProtoReader(series);
        while (reader.TryNext(out var field)) // Labels and the start time first: samples need them, whatever the order of the fields.
        {
            if (field == 1) AppendLabels(request, reader.ReadBytes());
            else if (field == 6) seriesStartMs = reader.ReadInt64();
            else reader.Skip();
        }
        intake.Begin(scratch.WrittenSpan);
        reader = new ProtoReader(series);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 2:
                    ReadSample(reader.ReadBytes(), out var timeMs, out var startMs, out var value);
                    intake.Add(timeMs, value);
                    intake.SetStartTime(startMs == 0 ? seriesStartMs : startMs);
                    break;
                case 3:
                    var histogram = HistogramProto.Read(reader.ReadBytes(), intake.Limits.MaxHistogramBuckets, out timeMs, out startMs, out var reason);
                    if (histogram is null)
                    {
                        intake.Refuse(reason);
                        break;
                    }
                    intake.Add(timeMs, histogram);
                    intake.SetStartTime(startMs == 0 ? seriesStartMs : startMs);
                    break;
                case 4 when intake.WantsExemplars:
                    intake.Add(ReadExemplar(request, reader.ReadBytes()));
                    break;
                case 5:
                    ReadMetadata(request, reader.ReadBytes(), intake);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    /// <summary>Writes labels as <c>0A len { 0A len name, 12 len value }</c>.</summary>
    void AppendLabels(ReadOnlySpan<byte> request, ReadOnlySpan<byte> references)
    {
        var reader = new ProtoReader(references);
        while (reader.TryNextPacked(out var nameNumber))
        {
            if (!reader.TryNextPacked(out var valueNumber)) throw new MalformedRequestException("remote write 2.0: an odd number of label references");
            var name = Symbol(request, nameNumber);
            var value = Symbol(request, valueNumber);
            var inner = 2 + VarintLength(name.Length) + VarintLength(value.Length) + name.Length + value.Length;
            var to = scratch.GetSpan(inner + 6);
            var at = 0;
            to[at++] = 0x0a;
            at = PutVarint(to, at, inner);
            to[at++] = 0x0a;
            at = PutVarint(to, at, name.Length);
            name.CopyTo(to[at..]);
            at += name.Length;
            to[at++] = 0x12;
            at = PutVarint(to, at, value.Length);
            value.CopyTo(to[at..]);
            scratch.Advance(at + value.Length);
        }
    }

    ReadOnlySpan<byte> Symbol(ReadOnlySpan<byte> request, ulong number)
    {
        if (number >= (ulong)symbolCount) throw new MalformedRequestException($"remote write 2.0: reference to symbol {number} of {symbolCount}");
        var (start, length) = symbols[number];
        return request.Slice(start, length);
    }

    string Text(ReadOnlySpan<byte> request, ulong number) => Encoding.UTF8.GetString(Symbol(request, number));

    static void ReadSample(ReadOnlySpan<byte> sample, out long timeMs, out long startMs, out double value)
    {
        timeMs = startMs = 0;
        value = 0;
        var reader = new ProtoReader(sample);
        while (reader.TryNext(out var field))
        {
            if (field == 1) value = reader.ReadDouble();
            else if (field == 2) timeMs = reader.ReadInt64();
            else if (field == 3) startMs = reader.ReadInt64();
            else reader.Skip();
        }
    }

    Exemplar ReadExemplar(ReadOnlySpan<byte> request, ReadOnlySpan<byte> exemplar)
    {
        var labels = new List<Label>();
        double value = 0;
        long timeMs = 0;
        var reader = new ProtoReader(exemplar);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1:
                    var references = new ProtoReader(reader.ReadBytes());
                    while (references.TryNextPacked(out var name))
                    {
                        if (!references.TryNextPacked(out var text)) throw new MalformedRequestException("remote write 2.0: an odd number of label references");
                        labels.Add(new(Text(request, name), Text(request, text)));
                    }
                    break;
                case 2: value = reader.ReadDouble(); break;
                case 3: timeMs = reader.ReadInt64(); break;
                default: reader.Skip(); break;
            }
        }
        return new(LabelSet.From(labels), value, timeMs);
    }

    void ReadMetadata(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, SeriesIntake intake)
    {
        ulong kind = 0, help = 0, unit = 0;
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: kind = reader.ReadVarint(); break;
                case 3: help = reader.ReadVarint(); break;
                case 4: unit = reader.ReadVarint(); break;
                default: reader.Skip(); break;
            }
        }
        if (kind == 0 && help == 0 && unit == 0) return;
        intake.Describe(SeriesIntake.KindOf(kind), Symbol(request, help), Symbol(request, unit));
    }

    static int VarintLength(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;

    static int PutVarint(Span<byte> to, int at, int value)
    {
        for (; value >= 0x80; value >>= 7) to[at++] = (byte)(value | 0x80);
        to[at++] = (byte)value;
        return at;
    }
}
