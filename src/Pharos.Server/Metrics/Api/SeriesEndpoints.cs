using Pharos.Model.Reading;
using Pharos.Server.Doors;
using Pharos.Server.Queries;

namespace Pharos.Server.Metrics.Api;

/// <summary><c>/api/v1/series</c>, <c>labels</c> and <c>label/NAME/values</c>.</summary>
/// <remarks>They may touch every series of the store, so they run on the <see cref="QueryScheduler"/> under the limits of queries.</remarks>
sealed class SeriesEndpoints(ISeriesSource source, QueryOptions options, QueryScheduler scheduler)
{
    const string Cut = "results truncated due to limit";

    public void Map(DoorTable doors)
    {
        doors.Map(Door.QueryOrForm("/api/v1/series", "the series that selectors accept"), SeriesAsync);
        doors.Map(Door.QueryOrForm("/api/v1/labels", "the names of labels"), NamesAsync);
        doors.Map(Door.Query("/api/v1/label/{name}/values", "the values of a label"), ValuesAsync);
    }

    async Task SeriesAsync(ApiCall call)
    {
        var selectors = call.Selectors();
        if (selectors.Count == 0) throw ApiFaultException.BadData("no match[] parameter provided");
        var (fromMs, throughMs) = Range(call);
        var limit = call.Limit();
        using var listing = await scheduler.RunAsync(cancellation => SeriesListing.Read(source, selectors, fromMs, throughMs, limit, cancellation), options.Timeout, call.ClientGone);
        call.Output.Raw("{\"status\":\"success\",\"data\":["u8);
        for (var i = 0; i < listing.Count; i++)
        {
            WriteSeries(call.Output, listing, i);
            if (call.Output.WantsFlush) await call.Output.FlushAsync();
        }
        call.Output.Raw("]"u8);
        await call.EndAsync(listing.IsCut ? [Cut] : null, infos: null);
    }

    Task NamesAsync(ApiCall call) => AnswerTextsAsync(call, LabelTexts.Names);

    async Task ValuesAsync(ApiCall call)
    {
        var written = (string?)call.Context.GetRouteValue("name") ?? "";
        var name = LabelNameEscape.Decode(written);
        if (name.Length == 0) throw ApiFaultException.BadData($"invalid label name: {ApiTime.Quote(written)}");
        await AnswerTextsAsync(call, LabelTexts.Values(name));
    }

    async Task AnswerTextsAsync(ApiCall call, LabelTexts.Reader read)
    {
        var selectors = call.Selectors();
        var (fromMs, throughMs) = Range(call);
        var limit = call.Limit();
        var texts = await scheduler.RunAsync(cancellation => LabelTexts.Union(source, selectors, fromMs, throughMs, read, cancellation), options.Timeout, call.ClientGone);
        var isCut = limit > 0 && texts.Count > limit;
        await call.AnswerListAsync(isCut ? [.. texts.Take(limit)] : texts, static (output, text) => output.String(text), isCut ? [Cut] : null);
    }

    static void WriteSeries(AnswerBody output, SeriesListing listing, int index)
    {
        output.Raw(index == 0 ? "{"u8 : ",{"u8);
        var first = true;
        foreach (var pair in listing.Pairs(index))
        {
            if (!first) output.Raw(","u8);
            first = false;
            output.Raw(listing.Symbols.JsonUtf8(pair));
        }
        output.Raw("}"u8);
    }

    static (long FromMs, long ThroughMs) Range(ApiCall call)
    {
        var fromMs = call.Time("start", ApiTime.MinMs);
        var throughMs = call.Time("end", ApiTime.MaxMs);
        return throughMs < fromMs ? throw ApiFaultException.Parameter("end", "end timestamp must not be before start time") : (fromMs, throughMs);
    }
}
