namespace Pharos.Model.Samples;

/// <summary>What is known about a counter reset between this histogram and the one before it.</summary>
public enum CounterResetHint : byte
{
    Unknown,
    Reset,
    NotReset,
    Gauge,
}

/// <summary>A run of neighbouring buckets: how far from the end of the last run it starts, and how many it holds.</summary>
public readonly record struct BucketSpan(int Offset, uint Length);

/// <summary>One native histogram sample with counts as floats, as Prometheus defines it.</summary>
/// <remarks>
/// <para>Shape: schema -4..8 exponential, bucket i covers (base^(i-1), base^i] with base = 2^(2^-schema); schema -53 has its
/// upper bounds in <see cref="CustomValues"/>. Bucket counts are absolute, one per bucket named by the spans.</para>
/// <para>Arrays are never changed once a histogram is handed over; whoever computes makes a new one.</para>
/// </remarks>
public sealed record FloatHistogram
{
    public const int CustomBucketsSchema = -53;

    public int Schema { get; init; }

    public double ZeroThreshold { get; init; }

    public double ZeroCount { get; init; }

    public double Count { get; init; }

    public double Sum { get; init; }

    public CounterResetHint Hint { get; init; }

    public BucketSpan[] PositiveSpans { get; init; } = [];

    public double[] PositiveBuckets { get; init; } = [];

    public BucketSpan[] NegativeSpans { get; init; } = [];

    public double[] NegativeBuckets { get; init; } = [];

    public double[] CustomValues { get; init; } = [];

    public bool IsCustom => Schema == CustomBucketsSchema;

    public bool IsStale => StaleMarker.Is(Sum);
}
