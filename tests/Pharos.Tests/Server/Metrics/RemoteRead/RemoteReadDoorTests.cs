using System.Buffers.Binary;
using System.Text;
using Pharos.Model.Samples;
using Pharos.Server.Metrics.RemoteRead;
using Pharos.Server.Wire;
using Pharos.Storage.Bytes;
using Pharos.Tests.Server.Metrics.Api;
using Snappier;

namespace Pharos.Tests.Server.Metrics.RemoteRead;

public sealed class RemoteReadDoorTests
{
    const long T = 1_700_000_000_000;

    [Fact]
    public async Task What_was_written_comes_back_plain_and_streamed()
    {
        await using var server = await RunningServer.StartAsync(config: "global:\n  external_labels: {dc: here, job: mine}\n");
        var samples = Enumerable.Range(0, 300).Select(i => (T + i * 15_000L + i % 3, i * 1.25)).ToArray();
        await server.WriteAsync(("__name__=up job=api", samples));

        using var plain = await server.Client.PostAsync("/api/v1/read", Read(streamed: false));
        Assert.Equal("application/x-protobuf", plain.Content.Headers.ContentType!.MediaType);
        var reader = new ProtoReader(Snappy.DecompressToArray(await plain.Content.ReadAsByteArrayAsync()));
        Assert.True(reader.TryNext(out _));
        var result = new ProtoReader(reader.ReadBytes());
        Assert.True(result.TryNext(out _));
        var (labels, count) = Describe(result.ReadBytes());
        Assert.Equal(["__name__=up", "dc=here", "job=api"], labels); // The series' own job stays.
        Assert.Equal(samples.Length, count);

        using var streamed = await server.Client.PostAsync("/api/v1/read", Read(streamed: true));
        Assert.Equal("application/x-streamed-protobuf", streamed.Content.Headers.ContentType!.MediaType);
        var frame = await streamed.Content.ReadAsByteArrayAsync();
        Assert.True(frame.Length > 100 && frame.Length < samples.Length * 16, $"{frame.Length}");
    }

    [Fact]
    public async Task Streamed_read_carries_histograms_beside_floats_in_chunks_of_their_own()
    {
        await using var server = await RunningServer.StartAsync();
        var whole = new FloatHistogram { Schema = 3, Count = 6, Sum = 2.5, ZeroThreshold = 0.001, ZeroCount = 1, PositiveSpans = [new(-2, 2)], PositiveBuckets = [2, 3] };
        (double Value, FloatHistogram? Histogram)[] samples = [(1.5, null), (0, whole), (0, whole with { Count = 7, ZeroCount = 2 }), (0, whole with { Count = 7.5, ZeroCount = 2.5 }), (2.5, null)];
        var series = new ProtoWriter();
        foreach (var (name, value) in new[] { ("__name__", "up"), ("job", "api") })
        {
            var label = new ProtoWriter();
            label.Bytes(1, Encoding.UTF8.GetBytes(name));
            label.Bytes(2, Encoding.UTF8.GetBytes(value));
            series.Message(1, label);
        }
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = new ProtoWriter();
            sample.Double(1, samples[i].Value);
            sample.Int64(2, T + i * 1_000);
            if (samples[i].Histogram is { } histogram) series.Message(4, HistogramWriter.Write(histogram, T + i * 1_000));
            else series.Message(2, sample);
        }
        var write = new ProtoWriter();
        write.Message(1, series);
        (await server.PushAsync(write.Written.ToArray())).EnsureSuccessStatusCode();

        using var streamed = await server.Client.PostAsync("/api/v1/read", Read(streamed: true));
        var frame = await streamed.Content.ReadAsByteArrayAsync();
        var chunks = Chunks(frame);

        Assert.Equal([1, 2, 3, 1], chunks.Select(chunk => chunk.Encoding));
        Assert.Equal([(T, T), (T + 1_000, T + 2_000), (T + 3_000, T + 3_000), (T + 4_000, T + 4_000)], chunks.Select(chunk => (chunk.FromMs, chunk.ThroughMs)));
        var decoded = chunks.Where(chunk => chunk.Encoding > 1).SelectMany(chunk => HistogramChunkReader.Read(chunk.Bytes, chunk.Encoding)).ToList();
        Assert.Equal([T + 1_000, T + 2_000, T + 3_000], decoded.Select(sample => sample.TimeMs));
        Assert.Equal([6, 7, 7.5], decoded.Select(sample => sample.Histogram.Count));
        Assert.All(decoded, sample => Assert.Equal([2, 3], sample.Histogram.PositiveBuckets));
    }

    /// <summary>The chunks of the only series of the only frame.</summary>
    static List<(long FromMs, long ThroughMs, int Encoding, byte[] Bytes)> Chunks(byte[] frame)
    {
        var (at, length, shift) = (0, 0, 0);
        for (var next = 0x80; next >= 0x80; shift += 7)
        {
            next = frame[at++];
            length |= (next & 0x7f) << shift;
        }
        var message = frame.AsSpan(at + sizeof(uint));
        Assert.Equal(length, message.Length);
        Assert.Equal(Crc32C.Of(message), BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at)));
        var reader = new ProtoReader(message);
        Assert.True(reader.TryNext(out _));
        var series = new ProtoReader(reader.ReadBytes());
        var chunks = new List<(long, long, int, byte[])>();
        while (series.TryNext(out var field))
        {
            if (field != 2)
            {
                series.Skip();
                continue;
            }
            var chunk = new ProtoReader(series.ReadBytes());
            var (from, through, encoding, bytes) = (0L, 0L, 0, Array.Empty<byte>());
            while (chunk.TryNext(out var part))
            {
                if (part == 1) from = chunk.ReadInt64();
                else if (part == 2) through = chunk.ReadInt64();
                else if (part == 3) encoding = (int)chunk.ReadVarint();
                else bytes = [.. chunk.ReadBytes()];
            }
            chunks.Add((from, through, encoding, bytes));
        }
        return chunks;
    }

    [Theory]
    [InlineData(new ulong[] { 1, 0 }, "application/x-streamed-protobuf")]
    [InlineData(new ulong[] { 0, 1 }, "application/x-protobuf")]
    [InlineData(new ulong[] { 9, 1 }, "application/x-streamed-protobuf")]
    [InlineData(new ulong[] { 9 }, "text/plain")]
    public async Task The_first_kind_of_answer_that_is_known_is_given(ulong[] kinds, string type)
    {
        await using var server = await RunningServer.StartAsync();
        var request = new ProtoWriter();
        request.Bytes(2, [.. kinds.Select(kind => (byte)kind)]);

        using var answer = await server.Client.PostAsync("/api/v1/read", new ByteArrayContent(Snappy.CompressToArray(request.Written)));

        Assert.Equal((type, type == "text/plain" ? 400 : 200), (answer.Content.Headers.ContentType!.MediaType, (int)answer.StatusCode));
    }

    static (string[] Labels, int Samples) Describe(ReadOnlySpan<byte> series)
    {
        var labels = new List<string>();
        var samples = 0;
        var reader = new ProtoReader(series);
        while (reader.TryNext(out var field))
        {
            if (field == 2) samples++;
            if (field != 1)
            {
                reader.Skip();
                continue;
            }
            Pharos.Server.Metrics.RemoteWrite.SeriesIntake.ReadLabel(reader.ReadBytes(), out var name, out var value);
            labels.Add($"{Encoding.UTF8.GetString(name)}={Encoding.UTF8.GetString(value)}");
        }
        return ([.. labels], samples);
    }

    static ByteArrayContent Read(bool streamed)
    {
        var matcher = new ProtoWriter();
        matcher.Bytes(2, "__name__"u8);
        matcher.Bytes(3, "up"u8);
        var query = new ProtoWriter();
        query.Int64(1, T);
        query.Int64(2, T + 10_000_000);
        query.Message(3, matcher);
        var request = new ProtoWriter();
        request.Message(1, query);
        if (streamed) request.Varint(2, 1);
        return new ByteArrayContent(Snappy.CompressToArray(request.Written));
    }
}
