using Pharos.Server.Doors;
using Pharos.Server.Queries;
using Pharos.Storage.Series;

namespace Pharos.Server.Metrics.Api;

/// <summary><c>/api/v1/admin/tsdb/*</c>: deleting, freeing and copying stored data; only with <c>--web.enable-admin-api</c>.</summary>
/// <remarks>They work on the disk for a while, so they run on the <see cref="QueryScheduler"/> and not on the request's thread.</remarks>
sealed class AdminEndpoints(SeriesStore store, QueryScheduler scheduler, bool isEnabled)
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public void Map(DoorTable doors)
    {
        doors.Map(Door.Change("/api/v1/admin/tsdb/delete_series", Right.Admin, "deletes stored samples"), DeleteAsync);
        doors.Map(Door.Change("/api/v1/admin/tsdb/clean_tombstones", Right.Admin, "frees the room of what was deleted"), CleanAsync);
        doors.Map(Door.Change("/api/v1/admin/tsdb/snapshot", Right.Admin, "copies the store"), SnapshotAsync);
    }

    async Task DeleteAsync(ApiCall call)
    {
        RefuseUnlessEnabled();
        var selectors = call.Selectors();
        if (selectors.Count == 0) throw ApiFaultException.BadData("no match[] parameter provided");
        var fromMs = call.Time("start", ApiTime.MinMs);
        var throughMs = call.Time("end", ApiTime.MaxMs);
        if (throughMs < fromMs) throw ApiFaultException.Parameter("end", "end timestamp must not be before start time");
        await RunAsync(call, () => selectors.Sum(matchers => store.DeleteSeries(matchers, fromMs, throughMs)));
        call.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    async Task CleanAsync(ApiCall call)
    {
        RefuseUnlessEnabled();
        await RunAsync(call, () =>
        {
            store.CleanTombstones();
            return 0;
        });
        call.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    async Task SnapshotAsync(ApiCall call)
    {
        RefuseUnlessEnabled();
        var skipHead = call["skip_head"] switch
        {
            "" or "0" or "false" => false,
            "1" or "true" => true,
            var other => throw ApiFaultException.Parameter("skip_head", $"unable to parse boolean {ApiTime.Quote(other)}"),
        };
        var name = await RunAsync(call, () => store.Snapshot(skipHead));
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteEndObject();
        });
    }

    /// <summary>Once begun it is done to the end, though the client goes: half a deletion helps nobody.</summary>
    Task<T> RunAsync<T>(ApiCall call, Func<T> work)
    {
        call.ClientGone.ThrowIfCancellationRequested();
        return scheduler.RunAsync(_ => work(), Longest, CancellationToken.None);
    }

    void RefuseUnlessEnabled()
    {
        if (!isEnabled) throw ApiFaultException.Unavailable("admin APIs disabled");
    }
}
