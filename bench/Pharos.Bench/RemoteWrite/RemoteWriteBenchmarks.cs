using BenchmarkDotNet.Attributes;
using Pharos.Bench.Compare;
using Pharos.Server.Metrics.Exemplars;
using Pharos.Server.Metrics.Metadata;
using Pharos.Server.Metrics.RemoteWrite;
using Pharos.Server.Wire;

namespace Pharos.Bench.RemoteWrite;

/// <summary>What a remote-write 1.0 request of 10,000 samples costs before the store: Snappy, protobuf, finding each series by its label bytes.</summary>
/// <remarks>The series are known, as in any request but the first, and the sink keeps nothing. Divide by 10,000 for a sample.</remarks>
[MemoryDiagnoser]
public class RemoteWriteBenchmarks
{
    const int Samples = 10_000;

    readonly SeriesIntake intake = new(new NoStore(), new ExemplarRing(0), new MetadataCatalogue(), new RemoteWriteLimits());
    byte[] body = [];
    byte[] decoded = [];
    int length;

    /// <summary>Samples a series: 1 as a server forwards what it scrapes, 20 as one does that catches up.</summary>
    [Params(1, 20)]
    public int SamplesPerSeries { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var series = Samples / SamplesPerSeries;
        body = new RemoteWriteSender(new FleetData(series / FleetData.SeriesPerTarget + 1, 1_767_225_600_000, 15_000), connections: 1).Request(0, series, 0, SamplesPerSeries);
        length = SnappyBlock.DecodedLength(body);
        decoded = new byte[length + SnappyBlock.Slack];
        DecodeAndWalk();
    }

    [Benchmark(Description = "Snappy alone, 10k samples")]
    public void Decode() => SnappyBlock.Decode(body, decoded);

    [Benchmark(Description = "whole request, 10k samples")]
    public int DecodeAndWalk()
    {
        SnappyBlock.Decode(body, decoded);
        WriteRequestV1.Walk(decoded.AsSpan(0, length), intake);
        intake.Reset();
        return length;
    }
}
