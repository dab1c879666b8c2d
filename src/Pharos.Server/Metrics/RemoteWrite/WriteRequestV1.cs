using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.RemoteWrite;

/// <summary>Walks a decoded remote-write 1.0 request (<c>prometheus.WriteRequest</c>) into the intake, in place.</summary>
/// <remarks>Source: prompb/remote.proto and types.proto (facts). Errors: <see cref="MalformedRequestException"/>; what was walked before it is stored.</remarks>
static class WriteRequestV1
{
    const int Labels = 1;
    const int Samples = 2;
    const int Exemplars = 3;
    const int Histograms = 4;
    const byte LabelsTag = (Labels << 3) | 2;

    public static void Walk(ReadOnlySpan<byte> request, SeriesIntake intake)
    {
        var reader = new ProtoReader(request);
        while (reader.TryNext(out var field))
        {
            if (field == 1) WalkSeries(reader.ReadBytes(), intake);
            else if (field == 3) ReadMetadata(reader.ReadBytes(), intake);
            else reader.Skip();
        }
        intake.Append();
    }

    static void WalkSeries(ReadOnlySpan<byte> series, SeriesIntake intake)
    {
        var labelsEnd = EndOfLabels(series);
        intake.Begin(HasLabelsAfter(series, labelsEnd) ? GatherLabels(series) : series[..labelsEnd]);
        var reader = new ProtoReader(series[labelsEnd..]);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case Samples:
                    ReadSample(reader.ReadBytes(), out var timeMs, out var value);
                    intake.Add(timeMs, value);
                    break;
                case Exemplars when intake.WantsExemplars:
                    intake.Add(ReadExemplar(reader.ReadBytes()));
                    break;
                case Histograms:
                    var histogram = HistogramProto.Read(reader.ReadBytes(), intake.Limits.MaxHistogramBuckets, out timeMs, out _, out var reason);
                    if (histogram is null) intake.Refuse(reason);
                    else intake.Add(timeMs, histogram);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    /// <summary>Senders write all labels first, so that their bytes are one run: the series' raw form.</summary>
    static int EndOfLabels(ReadOnlySpan<byte> series)
    {
        var reader = new ProtoReader(series);
        var end = 0;
        while (end < series.Length && series[end] == LabelsTag)
        {
            reader.TryNext(out _);
            reader.ReadBytes();
            end = reader.Position;
        }
        return end;
    }

    static bool HasLabelsAfter(ReadOnlySpan<byte> series, int labelsEnd)
    {
        var reader = new ProtoReader(series[labelsEnd..]);
        while (reader.TryNext(out var field))
        {
            if (field == Labels) return true;
            reader.Skip();
        }
        return false;
    }

    /// <summary>The labels of a message that has other fields between them, which protobuf allows.</summary>
    static byte[] GatherLabels(ReadOnlySpan<byte> series)
    {
        var gathered = new List<byte>();
        var reader = new ProtoReader(series);
        var start = 0;
        while (reader.TryNext(out var field))
        {
            reader.Skip();
            if (field == Labels) gathered.AddRange(series[start..reader.Position]);
            start = reader.Position;
        }
        return [.. gathered];
    }

    static void ReadSample(ReadOnlySpan<byte> sample, out long timeMs, out double value)
    {
        timeMs = 0;
        value = 0;
        var reader = new ProtoReader(sample);
        while (reader.TryNext(out var field))
        {
            if (field == 1) value = reader.ReadDouble();
            else if (field == 2) timeMs = reader.ReadInt64();
            else reader.Skip();
        }
    }

    static Exemplar ReadExemplar(ReadOnlySpan<byte> exemplar)
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
                    SeriesIntake.ReadLabel(reader.ReadBytes(), out var name, out var text);
                    labels.Add(new(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(text)));
                    break;
                case 2: value = reader.ReadDouble(); break;
                case 3: timeMs = reader.ReadInt64(); break;
                default: reader.Skip(); break;
            }
        }
        return new(LabelSet.From(labels), value, timeMs);
    }

    static void ReadMetadata(ReadOnlySpan<byte> message, SeriesIntake intake)
    {
        if (!intake.IsNewMetadata(message)) return;
        ulong kind = 0;
        string family = "", help = "", unit = "";
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: kind = reader.ReadVarint(); break;
                case 2: family = Encoding.UTF8.GetString(reader.ReadBytes()); break;
                case 4: help = Encoding.UTF8.GetString(reader.ReadBytes()); break;
                case 5: unit = Encoding.UTF8.GetString(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }
        intake.Add(family, new(SeriesIntake.KindOf(kind), help, unit));
    }
}
