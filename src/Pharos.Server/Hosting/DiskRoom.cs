using System.Diagnostics.Metrics;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Hosting.Notices;
using Pharos.Server.Rooms;
using Pharos.Server.State;
using Pharos.Storage.Series;

namespace Pharos.Server.Hosting;

/// <summary>Tells that the disk of the data refuses (full, read-only, no inodes, failing): as a finding, a notice, metrics, to <c>/-/ready</c>, and in one line of
/// the log a minute. All who write keep silent, and try again by themselves.</summary>
/// <remarks>Threads: one timer looks; <see cref="Refusal"/> may be asked by all.</remarks>
sealed partial class DiskRoom : IRoom
{
    const string Notice = "The disk of the data refuses: pushes are not taken, and what is scraped waits in memory. See the findings.";
    const string Mend = "make room on the disk, or mend it; nothing needs to be restarted";

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ToldEvery = TimeSpan.FromMinutes(1);

    readonly SeriesStore store;
    readonly StateFolder state;
    readonly string folder;
    readonly FindingBook findings;
    readonly ServerNotices notices;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly Meter meter = new("Pharos.Disk");
    readonly ITimer timer;
    readonly Lock gate = new();
    long? sinceAt;
    long toldAt;

    public DiskRoom(SeriesStore store, StateFolder state, string folder, FindingBook findings, ServerNotices notices, TimeProvider time, ILogger<DiskRoom> logger)
    {
        (this.store, this.state, this.folder, this.findings, this.notices, this.time, this.logger) = (store, state, folder, findings, notices, time, logger);
        meter.CreateObservableGauge("pharos_alerting_read_only", () => state.Failure is null ? 0 : 1, null, "1 while alerts and silences cannot be written, so that none is acknowledged.");
        timer = time.CreateTimer(static room => ((DiskRoom)room!).Look(), this, Pace, Pace);
    }

    /// <summary>Why something that is pushed would be refused now; null: all is well.</summary>
    public string? Refusal => store.Unavailable ?? state.Failure;

    public void Map(DoorTable doors)
    {
    }

    public ValueTask PrepareAsync(Configuration next, Preparation preparation) => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        meter.Dispose();
    }

    void Look()
    {
        lock (gate)
        {
            List<(string Thing, string Text)> told = [.. store.WriteFailures.Select(text => ("series", text))];
            if (state.Failure is { } failure) told.Add(("alerts", failure));
            findings.Replace("disk", [.. told.Select(one => new Finding("disk-refuses", one.Thing, Severity.Error, "disk", one.Text, Mend, "/status"))]);
            List<string> failures = [.. told.Select(one => one.Text)];
            if (Refusal is null) notices.Withdraw(Notice);
            else notices.Raise(Notice);
            if (failures.Count > 0) Tell(failures);
            else if (sinceAt is { } since)
            {
                Recovered(logger, folder, time.GetElapsedTime(since).TotalSeconds);
                sinceAt = null;
            }
        }
    }

    void Tell(List<string> failures)
    {
        if (sinceAt is not null && time.GetElapsedTime(toldAt) < ToldEvery) return;
        toldAt = time.GetTimestamp();
        sinceAt ??= toldAt;
        Refuses(logger, folder, string.Join("; ", failures), store.UnwrittenBytes, Mend);
    }

    [LoggerMessage(LogLevel.Error, "The disk of {Folder} refuses: {Failures}. {Bytes} bytes wait in memory; {Mend}")]
    static partial void Refuses(ILogger logger, string folder, string failures, long bytes, string mend);

    [LoggerMessage(LogLevel.Information, "The disk of {Folder} takes everything again, after {Seconds:0} s")]
    static partial void Recovered(ILogger logger, string folder, double seconds);
}
