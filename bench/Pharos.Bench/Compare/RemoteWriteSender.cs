using System.Buffers.Binary;
using System.Text;
using Snappier;

namespace Pharos.Bench.Compare;

/// <summary>Sends a fleet's samples by remote write 1.0: fixed series per connection, in time order.</summary>
sealed class RemoteWriteSender(FleetData data, int connections)
{
    readonly byte[][] labels = [.. Enumerable.Range(0, data.SeriesCount).Select(series => EncodeLabels(data.Series(series)))];

    /// <summary>Every step to every series. Requests are encoded ahead of the clock's start, a slice of steps at a time.</summary>
    /// <returns>Wall seconds of sending alone.</returns>
    public async Task<double> SendAsync(HttpClient server, int steps, int seriesPerRequest, int stepsPerRequest)
    {
        var seconds = 0.0;
        for (var from = 0; from < steps; from += stepsPerRequest * 4)
        {
            var slice = from;
            var requests = await Task.WhenAll(Enumerable.Range(0, connections).Select(connection => Task.Run(() => Encode(connection, slice, Math.Min(slice + stepsPerRequest * 4, steps), seriesPerRequest, stepsPerRequest))));
            var watch = System.Diagnostics.Stopwatch.StartNew();
            await Task.WhenAll(requests.Select(bodies => PostAllAsync(server, bodies)));
            seconds += watch.Elapsed.TotalSeconds;
        }
        return seconds;
    }

    /// <summary>One request as senders make it, Snappy and all: a run of series with some steps each.</summary>
    public byte[] Request(int fromSeries, int untilSeries, int fromStep, int untilStep)
    {
        var message = new MemoryStream();
        for (var series = fromSeries; series < untilSeries; series++) AppendSeries(message, series, fromStep, untilStep);
        return Snappy.CompressToArray(message.GetBuffer().AsSpan(0, (int)message.Length));
    }

    List<byte[]> Encode(int connection, int fromStep, int untilStep, int seriesPerRequest, int stepsPerRequest)
    {
        var bodies = new List<byte[]>();
        var perConnection = data.SeriesCount / connections;
        for (var step = fromStep; step < untilStep; step += stepsPerRequest)
        {
            for (var start = connection * perConnection; start < (connection + 1) * perConnection; start += seriesPerRequest)
            {
                bodies.Add(Request(start, Math.Min(start + seriesPerRequest, (connection + 1) * perConnection), step, Math.Min(step + stepsPerRequest, untilStep)));
            }
        }
        return bodies;
    }

    void AppendSeries(MemoryStream message, int series, int fromStep, int untilStep)
    {
        Span<byte> sample = stackalloc byte[32];
        var samples = new MemoryStream();
        for (var step = fromStep; step < untilStep; step++)
        {
            sample[0] = 0x09; // value, 64 bits
            BinaryPrimitives.WriteDoubleLittleEndian(sample[1..], data.Value(series, step));
            sample[9] = 0x10; // timestamp, varint
            var length = 10 + WriteVarint(sample[10..], (ulong)data.TimeMs(series / FleetData.SeriesPerTarget, step));
            samples.WriteByte(0x12);
            samples.WriteByte((byte)length);
            samples.Write(sample[..length]);
        }
        Span<byte> head = stackalloc byte[11];
        head[0] = 0x0a;
        message.Write(head[..(1 + WriteVarint(head[1..], (ulong)(labels[series].Length + samples.Length)))]);
        message.Write(labels[series]);
        message.Write(samples.GetBuffer().AsSpan(0, (int)samples.Length));
    }

    static async Task PostAllAsync(HttpClient server, List<byte[]> bodies)
    {
        foreach (var body in bodies)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/x-protobuf");
            content.Headers.ContentEncoding.Add("snappy");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/write") { Content = content };
            request.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
            using var answer = await server.SendAsync(request);
            if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"remote write: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    static byte[] EncodeLabels((string Name, (string Name, string Value)[] Labels) series)
    {
        var message = new MemoryStream();
        foreach (var (name, value) in series.Labels.Append(("__name__", series.Name)).OrderBy(label => label.Item1, StringComparer.Ordinal))
        {
            var (nameBytes, valueBytes) = (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
            message.Write([0x0a, (byte)(nameBytes.Length + valueBytes.Length + 4), 0x0a, (byte)nameBytes.Length, .. nameBytes, 0x12, (byte)valueBytes.Length, .. valueBytes]);
        }
        return message.ToArray();
    }

    static int WriteVarint(Span<byte> target, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7) target[length++] = (byte)(value | 0x80);
        target[length++] = (byte)value;
        return length;
    }
}
