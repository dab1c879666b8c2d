using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pharos.Model.Samples;
using Pharos.Query.PromQL.Histograms;

namespace Pharos.Tests.Query.PromQL.Histograms;

/// <summary>Bounds as a real Prometheus 3.5.3 gave them in its answers, compared to the last bit.</summary>
public sealed class BucketBoundsTests
{
    [Fact]
    public void Bounds_are_those_of_Prometheus_to_the_last_bit()
    {
        double[] schema4 =
        [
            0.5, 0.5221368912137069, 0.5452538663326288, 0.5693943173783458, 0.5946035575013605, 0.620928906036742, 0.6484197773255048, 0.6771277734684463,
            0.7071067811865475, 0.7384130729697496, 0.7711054127039704, 0.805245165974627, 0.8408964152537144, 0.8781260801866495, 0.9170040432046711, 0.9576032806985735,
        ];
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(schema4[i], BucketBounds.Upper(i - 16, 4, []));
            Assert.Equal(schema4[i] * 2, BucketBounds.Upper(i, 4, []));
            Assert.Equal(Math.ScaleB(schema4[i], -100), BucketBounds.Upper(i - 101 * 16, 4, []));
        }
    }

    [Fact]
    public void So_are_all_of_the_finest_schema_and_coarser_ones_are_a_part_of_them()
    {
        double[] finest = [.. Enumerable.Range(-256, 256).Select(index => BucketBounds.Upper(index, 8, []))];

        Assert.Equal("9DE5914E4BC19F96DD1F461EFA1B8F3FD6BFE80297B3A5A46302DAC8A388C730", Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(finest))));
        for (var schema = 0; schema < 8; schema++)
        {
            for (var index = -(1 << schema); index < 0; index++) Assert.Equal(finest[256 + index * (256 >> schema)], BucketBounds.Upper(index, schema, []));
        }
    }

    [Fact]
    public void The_last_bucket_of_numbers_ends_at_the_largest_and_infinity_has_one_of_its_own()
    {
        for (var schema = -4; schema <= 8; schema++)
        {
            var last = schema < 0 ? 1024 >> -schema : 1024 << schema;
            Assert.Equal(double.MaxValue, BucketBounds.Upper(last, schema, []));
            Assert.Equal(double.PositiveInfinity, BucketBounds.Upper(last + 1, schema, []));
            Assert.Equal(1, BucketBounds.Upper(0, schema, []));
        }
    }

    [Fact]
    public void A_zero_bucket_below_zero_is_left_out()
    {
        var histogram = new FloatHistogram { ZeroThreshold = 0.001, ZeroCount = -1, Count = -3, PositiveSpans = [new(0, 1)], PositiveBuckets = [-2] };

        Assert.Equal([new Bucket(0.5, 1, -2)], BucketBounds.All(histogram));
        Assert.Equal(2, BucketBounds.All(histogram with { ZeroCount = 1 }).Count);
    }
}
