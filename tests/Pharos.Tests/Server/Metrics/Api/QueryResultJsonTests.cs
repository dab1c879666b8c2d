using System.Text;
using Microsoft.AspNetCore.Http;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Testing;
using Pharos.Server.Doors;
using Pharos.Server.Metrics.Api;
using Pharos.Tests.Server.Doors;

namespace Pharos.Tests.Server.Metrics.Api;

/// <summary>Native histograms as text: the rule of the bounds, the bounds, the count of each bucket, from the lowest up.</summary>
public sealed class QueryResultJsonTests
{
    static readonly FloatHistogram Exponential = new()
    {
        Schema = 0, Count = 12, Sum = 18.4, ZeroThreshold = 0.001, ZeroCount = 2,
        PositiveSpans = [new(0, 2), new(1, 1)], PositiveBuckets = [1, 2, 3],
        NegativeSpans = [new(0, 2)], NegativeBuckets = [1, 3],
    };

    static readonly FloatHistogram Custom = new()
    {
        Schema = FloatHistogram.CustomBucketsSchema, Count = 6, Sum = 7, PositiveSpans = [new(0, 3)], PositiveBuckets = [1, 2, 3], CustomValues = [0.5, 10],
    };

    [Fact]
    public async Task A_sample_with_both_sides_and_the_zero_bucket() => Assert.Equal(
        """
        "resultType":"vector","result":[{"metric":{"__name__":"h"},"histogram":[60,{"count":"12","sum":"18.4","buckets":[[1,"-2","-1","3"],[1,"-1","-0.5","1"],[3,"-0.001","0.001","2"],[0,"0.5","1","1"],[0,"1","2","2"],[0,"4","8","3"]]}]}]
        """,
        await WriteAsync("h", (60_000, Exponential)));

    [Fact]
    public async Task A_sample_with_bounds_of_its_own() => Assert.Equal(
        """
        "resultType":"vector","result":[{"metric":{"__name__":"h"},"histogram":[60,{"count":"6","sum":"7","buckets":[[3,"-Inf","0.5","1"],[0,"0.5","10","2"],[0,"10","+Inf","3"]]}]}]
        """,
        await WriteAsync("h", (60_000, Custom)));

    [Fact]
    public async Task A_sample_without_any_bucket() => Assert.Equal(
        """
        "resultType":"vector","result":[{"metric":{"__name__":"h"},"histogram":[60,{"count":"0","sum":"0"}]}]
        """,
        await WriteAsync("h", (60_000, new FloatHistogram())));

    [Fact]
    public async Task A_series_of_floats_and_histograms_has_a_list_of_each() => Assert.Equal(
        """
        "resultType":"matrix","result":[{"metric":{"__name__":"h"},"values":[[20,"1.5"],[50,"2"]],"histograms":[[40,{"count":"6","sum":"7","buckets":[[3,"-Inf","0.5","1"],[0,"0.5","10","2"],[0,"10","+Inf","3"]]}],[60,{"count":"0","sum":"0"}]]}]
        """,
        await WriteAsync("h[1m]", (20_000, 1.5), (40_000, Custom), (50_000, 2.0), (60_000, new FloatHistogram())));

    static async Task<string> WriteAsync(string query, params (long TimeMs, object Value)[] samples)
    {
        var source = new MemorySource();
        var series = source.Series(LabelSet.From(("__name__", "h")));
        foreach (var (timeMs, value) in samples) series.Add(timeMs, value as double? ?? 0, value as FloatHistogram);
        using var result = new PromQlEngine(new PromQlOptions()).Instant(source, query, 60_000, new QueryLimits(), CancellationToken.None);
        var context = new DefaultHttpContext();
        using var sent = new MemoryStream();
        context.Response.Body = sent;
        using (var body = new AnswerBody(context, SomeDoors.Limits))
        {
            await QueryResultJson.WriteAsync(body, result, maxSeries: 0, atMs: 60_000);
            await body.CompleteAsync();
        }
        return Encoding.UTF8.GetString(sent.ToArray());
    }
}
