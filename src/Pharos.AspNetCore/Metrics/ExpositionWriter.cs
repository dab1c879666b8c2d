using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Writes families and samples as text, straight into the response's buffer. Allocates nothing per series.</summary>
ref struct ExpositionWriter(IBufferWriter<byte> output, bool isOpenMetrics)
{
    readonly IBufferWriter<byte> output = output;
    readonly bool isOpenMetrics = isOpenMetrics;

    public readonly void Family(CollectedInstrument instrument)
    {
        var type = instrument.Shape switch { InstrumentShape.Counter => "counter", InstrumentShape.Histogram => "histogram", _ => "gauge" };
        Head(instrument.Name, type, instrument.Help);
    }

    public readonly void Sample(string name, ReadOnlySpan<byte> labels, double value)
    {
        Text(name);
        if (!labels.IsEmpty)
        {
            Bytes("{"u8);
            Bytes(labels);
            Bytes("}"u8);
        }
        Bytes(" "u8);
        Number(value);
        Bytes("\n"u8);
    }

    public readonly void Histogram(CollectedInstrument instrument, Series series)
    {
        var total = 0L;
        for (var i = 0; i < series.Buckets.Length; i++)
        {
            total += Volatile.Read(in series.Buckets[i]);
            Text(instrument.Name);
            Bytes("_bucket{"u8);
            if (series.Labels.Length > 0)
            {
                Bytes(series.Labels);
                Bytes(","u8);
            }
            Bytes(instrument.BoundTexts[i]);
            Bytes("} "u8);
            Number(total);
            Bytes("\n"u8);
        }
        Part(instrument.Name, "_sum"u8, series.Labels, series.Value);
        Part(instrument.Name, "_count"u8, series.Labels, total); // The same total as +Inf, so that the two never disagree.
    }

    /// <summary>A counter of the exporter itself.</summary>
    public readonly void Own(string name, string help, double value)
    {
        Head(name, "counter", help);
        Sample(name, [], value);
    }

    public readonly void End()
    {
        if (isOpenMetrics) Bytes("# EOF\n"u8);
    }

    readonly void Head(string name, string type, string help)
    {
        // OpenMetrics names a counter's family without the suffix of its sample.
        var family = isOpenMetrics && type == "counter" && name.EndsWith("_total", StringComparison.Ordinal) ? name.AsSpan(0, name.Length - "_total".Length) : name;
        if (help.Length > 0)
        {
            Bytes("# HELP "u8);
            Text(family);
            Bytes(" "u8);
            Text(help);
            Bytes("\n"u8);
        }
        Bytes("# TYPE "u8);
        Text(family);
        Bytes(" "u8);
        Text(type);
        Bytes("\n"u8);
    }

    readonly void Part(string name, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> labels, double value)
    {
        Text(name);
        Bytes(suffix);
        Sample("", labels, value);
    }

    readonly void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            Bytes(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
            return;
        }
        var span = output.GetSpan(32);
        int length;
        if (value == Math.Floor(value) && Math.Abs(value) < 1e15) Utf8Formatter.TryFormat((long)value, span, out length);
        else value.TryFormat(span, out length, "R", System.Globalization.CultureInfo.InvariantCulture);
        output.Advance(length);
    }

    readonly void Text(ReadOnlySpan<char> text)
    {
        var span = output.GetSpan(text.Length * 3);
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    readonly void Bytes(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
