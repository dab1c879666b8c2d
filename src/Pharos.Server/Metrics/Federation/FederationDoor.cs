using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Model.Text;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;
using Pharos.Server.Doors;
using Pharos.Server.Metrics.Api;
using Pharos.Server.Queries;

namespace Pharos.Server.Metrics.Federation;

/// <summary><c>/federate</c>: the newest sample of each selected series as text, for another server to scrape.</summary>
/// <remarks>
/// <para>Only samples within the lookback count, and a series whose newest sample is a stale marker is left out. External labels are added where a
/// series has none of that name. Series come by metric name, then as the store orders them; each once, though several selectors take it.</para>
/// <para>Source: Prometheus, federation (facts).</para>
/// </remarks>
sealed class FederationDoor(ISeriesSource source, QueryOptions options, QueryScheduler scheduler, Func<LabelSet> externalLabels, TimeProvider time)
{
    const int MaxSelectors = 10_000;

    public void Map(DoorTable doors) => doors.Map(Door.Query("/federate", "the newest sample of each selected series, for another server to scrape") with { Faults = FaultFormat.Text }, AnswerAsync);

    async Task AnswerAsync(ApiCall call)
    {
        var context = call.Context;
        var texts = context.Request.Query["match[]"];
        if (texts.Count > MaxSelectors) throw ApiFaultException.BadData($"{texts.Count} selectors; at most {MaxSelectors} are taken");
        var selectors = texts.Select(text => Selector(text ?? "")).ToList();
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var samples = await scheduler.RunAsync(cancellation => Read(selectors, nowMs, cancellation), options.Timeout, context.RequestAborted);
        var allowUtf8 = context.Request.Headers.Accept.ToString().Contains("escaping=allow-utf-8", StringComparison.OrdinalIgnoreCase);
        context.Response.ContentType = $"text/plain; version=0.0.4; charset=utf-8; escaping={(allowUtf8 ? "allow-utf-8" : "underscores")}";
        var text = new FederationText(call.Output, externalLabels(), allowUtf8);
        foreach (var sample in samples)
        {
            text.Write(sample.Name, sample.Labels, sample.TimeMs, sample.Value, sample.Histogram);
            if (call.Output.WantsFlush) await call.Output.FlushAsync();
        }
        await call.Output.CompleteAsync();
    }

    List<Newest> Read(List<Sequence<LabelMatcher>> selectors, long nowMs, CancellationToken cancellation)
    {
        using var snapshot = source.Lease();
        using var batch = new SeriesBatch();
        var hints = new SelectHints(nowMs - (long)options.LookbackDelta.TotalMilliseconds, nowMs, Want.Newest);
        var seen = new HashSet<ulong>();
        var found = new List<Newest>();
        foreach (var matchers in selectors)
        {
            using var cursor = snapshot.Select(matchers, hints, cancellation);
            while (cursor.MoveNext(batch))
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    if (batch.Times(i).IsEmpty || !seen.Add(batch.Id(i))) continue;
                    var histogram = batch.Histograms(i) is [.., { } last] ? last : null;
                    if (histogram?.IsStale ?? StaleMarker.Is(batch.Values(i)[^1])) continue;
                    if (found.Count >= options.MaxSamples) throw new ApiFaultException(FaultKind.Execution, $"more than {options.MaxSamples} series");
                    found.Add(ToNewest(snapshot.Symbols, batch.Pairs(i), batch.Times(i)[^1], batch.Values(i)[^1], histogram));
                }
            }
        }
        found.RemoveAll(newest => newest.Name.Length == 0);
        return [.. found.OrderBy(newest => newest.Name, StringComparer.Ordinal)]; // Stable: within a name the store's order stays.
    }

    static Newest ToNewest(ILabelSymbols symbols, ReadOnlySpan<int> pairs, long timeMs, double value, FloatHistogram? histogram)
    {
        var name = "";
        var labels = new List<Label>(pairs.Length);
        foreach (var pair in pairs)
        {
            var text = Encoding.UTF8.GetString(symbols.ValueUtf8(pair));
            if (symbols.NameUtf8(pair).SequenceEqual("__name__"u8)) name = text;
            else labels.Add(new(Encoding.UTF8.GetString(symbols.NameUtf8(pair)), text));
        }
        return new(name, labels, timeMs, value, histogram);
    }

    static Sequence<LabelMatcher> Selector(string text)
    {
        try
        {
            return PromQlEngine.ParseSelector(text).Matchers;
        }
        catch (Exception error) when (error is PromQlSyntaxException or Re2SyntaxException)
        {
            throw ApiFaultException.BadData(error.Message);
        }
    }

    sealed record Newest(string Name, IReadOnlyList<Label> Labels, long TimeMs, double Value, FloatHistogram? Histogram);
}
