using System.Globalization;
using System.Text;
using Pharos.Model.Samples;
using Pharos.Server.Metrics.RemoteWrite;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>Turns length-delimited <c>io.prometheus.client.MetricFamily</c> messages into the lines that the text reader knows.</summary>
/// <remarks>
/// <para>Shape of the output: OpenMetrics, with times in ms, and <c>H7</c> as the value of a sample that is the native histogram number 7.
/// So a target of this format has the same memory by line, the same limits and the same exemplars as any other. Targets send it for
/// native histograms only, which makes up for the cost of the detour.</para>
/// <para>Errors: <see cref="MalformedRequestException"/> for bytes that are no such messages; <see cref="ScrapeRefusedException"/> for histograms that make
/// no sense or have too many buckets; <see cref="BodyTooLargeException"/> when the lines pass the limit of a body.</para>
/// <para>Source: client_model, io/prometheus/client/metrics.proto (facts). Exemplars of native histograms are left out: a line has one.</para>
/// </remarks>
sealed class ProtobufExposition(ScrapeBody output, List<FloatHistogram> histograms, bool wantsNative, bool alwaysClassic, int maxBuckets)
{
    readonly StringBuilder line = new();
    string name = "";
    string labels = "";
    long? timestampMs;

    public void Transcode(ReadOnlySpan<byte> messages)
    {
        var reader = new DelimitedReader(messages);
        while (reader.TryNext(out var message)) Family(message);
        Write("# EOF\n");
    }

    void Family(ReadOnlySpan<byte> message)
    {
        var (help, unit, kind) = ("", "", 0UL);
        name = "";
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: name = Text(reader.ReadBytes()); break;
                case 2: help = Text(reader.ReadBytes()); break;
                case 3: kind = reader.ReadVarint(); break;
                case 5: unit = Text(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }
        if (name.Length == 0) throw new ScrapeRefusedException("a metric family has no name");
        var type = kind switch { 0 => "counter", 1 => "gauge", 2 => "summary", 4 => "histogram", 5 => "gaugehistogram", _ => "unknown" };
        var shown = IsLegacy(name, colons: true) ? name : Quoted(name);
        Write($"# HELP {shown} {Escaped(help)}\n# TYPE {shown} {type}\n");
        if (unit.Length > 0 && name.EndsWith("_" + unit, StringComparison.Ordinal)) Write($"# UNIT {shown} {unit}\n");
        reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 4) Metric(reader.ReadBytes());
            else reader.Skip();
        }
    }

    void Metric(ReadOnlySpan<byte> message)
    {
        var text = new StringBuilder();
        timestampMs = null;
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 1) AddLabel(text, reader.ReadBytes());
            else if (field == 6) timestampMs = reader.ReadInt64();
            else reader.Skip();
        }
        labels = text.ToString();
        reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 2 or 3 or 5: Simple(reader.ReadBytes()); break;
                case 4: Summary(reader.ReadBytes()); break;
                case 7: Histogram(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }
    }

    /// <summary>Counters, gauges and untyped values are alike; only counters have an exemplar.</summary>
    void Simple(ReadOnlySpan<byte> message)
    {
        var value = 0.0;
        ReadOnlySpan<byte> exemplar = [];
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 1) value = reader.ReadDouble();
            else if (field == 2) exemplar = reader.ReadBytes();
            else reader.Skip();
        }
        Sample("", "", Number(value), exemplar);
    }

    void Summary(ReadOnlySpan<byte> message)
    {
        var (count, sum) = (0UL, 0.0);
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: count = reader.ReadVarint(); break;
                case 2: sum = reader.ReadDouble(); break;
                case 3: Quantile(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }
        Sample("_sum", "", Number(sum));
        Sample("_count", "", Number(count));
    }

    void Quantile(ReadOnlySpan<byte> message)
    {
        var (quantile, value) = (0.0, 0.0);
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 1) quantile = reader.ReadDouble();
            else if (field == 2) value = reader.ReadDouble();
            else reader.Skip();
        }
        Sample("", $"quantile=\"{SeriesResolver.BoundText(quantile)}\"", Number(value));
    }

    void Histogram(ReadOnlySpan<byte> message)
    {
        var native = ClientHistogram.Read(message, out var hasNative);
        if (wantsNative && hasNative)
        {
            if (HistogramProto.FaultOf(native, maxBuckets) is { } fault) throw new ScrapeRefusedException($"{name}: {fault}", ScrapeBound.Buckets);
            histograms.Add(native);
            Sample("", "", string.Create(CultureInfo.InvariantCulture, $"H{histograms.Count - 1}"));
            if (!alwaysClassic) return;
        }
        var hasInfinity = false;
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 3) Bucket(reader.ReadBytes(), ref hasInfinity);
            else reader.Skip();
        }
        if (!hasInfinity) Sample("_bucket", "le=\"+Inf\"", Number(native.Count));
        Sample("_sum", "", Number(native.Sum));
        Sample("_count", "", Number(native.Count));
    }

    void Bucket(ReadOnlySpan<byte> message, ref bool hasInfinity)
    {
        var (count, upper) = (0.0, 0.0);
        ReadOnlySpan<byte> exemplar = [];
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: count = reader.ReadVarint(); break;
                case 2: upper = reader.ReadDouble(); break;
                case 3: exemplar = reader.ReadBytes(); break;
                case 4: count = reader.ReadDouble(); break;
                default: reader.Skip(); break;
            }
        }
        hasInfinity |= double.IsPositiveInfinity(upper);
        Sample("_bucket", $"le=\"{SeriesResolver.BoundText(upper)}\"", Number(count), exemplar);
    }

    void Sample(string suffix, string more, string value, ReadOnlySpan<byte> exemplar = default)
    {
        line.Clear();
        var full = name + suffix;
        var isLegacy = IsLegacy(full, colons: true);
        line.Append(isLegacy ? full : "").Append('{');
        if (!isLegacy) line.Append(Quoted(full)).Append(labels.Length + more.Length > 0 ? "," : "");
        line.Append(labels).Append(labels.Length > 0 && more.Length > 0 ? "," : "").Append(more).Append("} ").Append(value);
        if (timestampMs is { } own) line.Append(CultureInfo.InvariantCulture, $" {own}");
        if (!exemplar.IsEmpty) AddExemplar(exemplar);
        Write(line.Append('\n').ToString());
    }

    void AddExemplar(ReadOnlySpan<byte> message)
    {
        var text = new StringBuilder();
        var value = 0.0;
        long? timeMs = null;
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: AddLabel(text, reader.ReadBytes()); break;
                case 2: value = reader.ReadDouble(); break;
                case 3: timeMs = TimeMs(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        }
        line.Append(" # {").Append(text).Append("} ").Append(Number(value));
        if (timeMs is { } own) line.Append(CultureInfo.InvariantCulture, $" {own}");
    }

    static void AddLabel(StringBuilder text, ReadOnlySpan<byte> message)
    {
        var (label, value) = ("", "");
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 1) label = Text(reader.ReadBytes());
            else if (field == 2) value = Text(reader.ReadBytes());
            else reader.Skip();
        }
        text.Append(text.Length > 0 ? "," : "").Append(IsLegacy(label, colons: false) ? label : Quoted(label)).Append('=').Append(Quoted(value));
    }

    static long TimeMs(ReadOnlySpan<byte> timestamp)
    {
        var (seconds, nanoseconds) = ProtoTimestamp.Read(timestamp);
        return unchecked((seconds * 1000) + (nanoseconds / 1_000_000));
    }

    static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    static string Text(ReadOnlySpan<byte> utf8) => System.Text.Unicode.Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw new ScrapeRefusedException("a name or value is not valid UTF-8");

    static bool IsLegacy(string text, bool colons) => ExpositionText.IsLegacyName(Encoding.UTF8.GetBytes(text), colons);

    static string Quoted(string text) => $"\"{Escaped(text).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    static string Escaped(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    void Write(string text) => output.Append(Encoding.UTF8.GetBytes(text));
}
