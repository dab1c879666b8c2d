using System.Globalization;
using Pharos.Model.Writing;
using Pharos.Server.Config;
using Pharos.Server.Metrics.Exposition;
using Pharos.Server.Series;
using Pharos.Server.Text;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Scrapes one target once at a time: fetch, take in, hand to the store, report.</summary>
/// <remarks>
/// <para>A failed scrape stores no sample of the target; its series get stale markers and <c>up</c> becomes 0, as in Prometheus.</para>
/// <para>Threads: one scrape at a time; <see cref="Status"/> may be read by all.</para>
/// </remarks>
sealed class TargetScrape
{
    /// <summary>Buckets of a native histogram when the configuration sets no limit.</summary>
    const int MaxBuckets = 100_000;

    readonly ScrapeTarget target;
    readonly ScrapeServices services;
    readonly TargetMemory memory = new();
    readonly SampleIntake intake;
    JobSettings settings;
    volatile TargetStatus status;
    int lastBodyBytes;
    string? lossTold;

    public TargetScrape(ScrapeTarget target, JobSettings settings, ScrapeServices services)
    {
        this.target = target;
        this.settings = settings;
        this.services = services;
        intake = new(services.Sink, services.Exemplars, memory);
        status = new()
        {
            Pool = settings.Config.JobName,
            DiscoveredLabels = target.DiscoveredLabels,
            Labels = target.Labels,
            ScrapeUrl = target.Url.Shown(),
            IntervalMs = target.IntervalMs,
            TimeoutMs = target.TimeoutMs,
            Metadata = memory.CopyMetadata,
        };
    }

    public TargetStatus Status => status;

    /// <summary>Takes other settings of the job before the next scrape. Not while one runs.</summary>
    public void Use(JobSettings changed)
    {
        if (ReferenceEquals(settings, changed)) return;
        settings = changed;
        memory.Unresolve();
    }

    /// <summary>Scrapes now and stores under the given time.</summary>
    /// <param name="refusal">When set, the target is not asked: its job as a whole is over a limit.</param>
    public async Task RunAsync(long timeMs, string? refusal, CancellationToken ending)
    {
        var started = services.Time.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ending);
        using var timer = services.Time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), deadline, TimeSpan.FromMilliseconds(target.TimeoutMs), Timeout.InfiniteTimeSpan);
        ScrapeBody? body = null;
        var error = refusal;
        long bodyBytes = 0;
        try
        {
            if (refusal is null) body = await settings.Fetcher.FetchAsync(target, lastBodyBytes, deadline.Token).ConfigureAwait(false);
            bodyBytes = lastBodyBytes = body?.Length ?? 0;
        }
        catch (Exception failure) when (IsOfTheWorld(failure))
        {
            if (ending.IsCancellationRequested) return;
            if (failure is BodyTooLargeException) bodyBytes = -1;
            services.Metrics.Refused(failure);
            error = Describe(failure);
        }
        var workspace = await services.Workspaces.RentAsync(ending).ConfigureAwait(false);
        try
        {
            // Everything from here on is computing, bounded by the deadline; the store takes it all or nothing.
            Store(body, timeMs, error, bodyBytes, services.Time.GetElapsedTime(started), workspace, deadline.Token);
        }
        finally
        {
            services.Workspaces.Return(workspace);
            body?.Dispose();
        }
    }

    /// <summary>Ends all series of the target with stale markers, because it is not scraped any more.</summary>
    public async Task EndAsync(long endMs, CancellationToken cancellation)
    {
        var workspace = await services.Workspaces.RentAsync(cancellation).ConfigureAwait(false);
        try
        {
            intake.EndAll(workspace, endMs);
            memory.IsAlive = false;
            if (memory.ReportHandles is { } handles) SeriesWriter.AddStaleMarkers(workspace.Batch, handles, endMs);
            services.Sink.Append(workspace.Batch);
            services.Losses.Tell(status.Pool, status.ScrapeUrl, null);
        }
        finally
        {
            services.Workspaces.Return(workspace);
        }
    }

    void Store(ScrapeBody? body, long timeMs, string? error, long bodyBytes, TimeSpan fetched, ScrapeWorkspace workspace, CancellationToken deadline)
    {
        var started = services.Time.GetTimestamp();
        var counts = default(ScrapeCounts);
        var loss = default(ScrapeLoss);
        if (error is null)
        {
            try
            {
                using var lines = body!.Format == ExpositionFormat.Protobuf ? Transcode(body, workspace) : null;
                var readable = lines ?? body;
                intake.Take(readable.Bytes, readable.Format, settings.Config, target.Labels, timeMs, workspace, isRepair: false, deadline);
                var outcome = Append(readable, timeMs, workspace, deadline);
                loss = new(intake.Counts.Refused, intake.Counts.RefusedReason ?? outcome.Reason, outcome);
            }
            catch (Exception failure) when (IsOfTheWorld(failure))
            {
                services.Metrics.Refused(failure);
                error = Describe(failure);
            }
            counts = intake.Counts;
        }
        if (error is not null)
        {
            counts.SeriesAdded = 0; // They end before they began.
            intake.EndAll(workspace, timeMs);
            memory.IsAlive = false;
            services.Sink.Append(workspace.Batch);
        }
        var duration = fetched + services.Time.GetElapsedTime(started);
        var reportRefusal = Report(timeMs, new(error is null, duration.TotalSeconds, counts, bodyBytes), workspace);
        if (reportRefusal is not null) loss = loss with { Series = loss.Series + ReportSeries.Names(settings.Config).Count, Reason = reportRefusal };
        Tell(error, loss);
        status = status with
        {
            Health = error is null ? TargetHealth.Up : TargetHealth.Down,
            LastError = error ?? (loss.IsNone ? body?.Note ?? "" : loss.ToString()),
            LastScrapeMs = timeMs,
            LastDurationSeconds = duration.TotalSeconds,
            Samples = counts.Scraped,
            SamplesAfterRelabelling = counts.AfterRelabelling,
            BodyBytes = bodyBytes,
        };
    }

    /// <summary>A fault is told when it is new, not at each scrape.</summary>
    void Tell(string? error, in ScrapeLoss loss)
    {
        if (error is not null && status.LastError != error) services.Log.ScrapeFailed(status.Pool, status.ScrapeUrl, error);
        services.Metrics.Lost(status.Pool, loss);
        services.Losses.Tell(status.Pool, status.ScrapeUrl, loss.Cause);
        if (loss.Cause is not null && loss.Cause != lossTold) services.Log.NotStored(status.Pool, status.ScrapeUrl, loss.ToString());
        lossTold = loss.Cause;
    }

    ScrapeBody Transcode(ScrapeBody body, ScrapeWorkspace workspace)
    {
        var lines = new ScrapeBody(services.Bodies) { Format = ExpositionFormat.Protobuf };
        try
        {
            workspace.Histograms.Clear();
            var (config, limit) = (settings.Config, settings.Config.Limits.NativeHistogramBuckets);
            new ProtobufExposition(lines, workspace.Histograms, config.ScrapeNativeHistograms, config.AlwaysScrapeClassicHistograms, limit > 0 ? (int)Math.Min(limit, int.MaxValue) : MaxBuckets).Transcode(body.Bytes);
            return lines;
        }
        catch
        {
            lines.Dispose();
            throw;
        }
    }

    /// <summary>Hands the batch to the store; series whose slots it gave away meanwhile are resolved anew and handed over again.</summary>
    AppendOutcome Append(ScrapeBody body, long timeMs, ScrapeWorkspace workspace, CancellationToken deadline)
    {
        var outcome = SeriesWriter.Append(services.Sink, workspace.Batch, out var gone);
        if (gone is not null)
        {
            memory.Unresolve(gone);
            var whole = intake.Counts;
            intake.Take(body.Bytes, body.Format, settings.Config, target.Labels, timeMs, workspace, isRepair: true, deadline);
            services.Sink.Append(workspace.Batch);
            intake.Restore(whole);
        }
        return outcome;
    }

    /// <returns>Why the store does not take the report; null when it did.</returns>
    string? Report(long timeMs, in ScrapeReport report, ScrapeWorkspace workspace)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (memory.ReportHandles is null)
            {
                if (!ReportSeries.TryResolve(services.Sink, settings.Config, target.Labels, workspace.Builder, out var resolved, out var reason))
                {
                    return reason;
                }
                memory.ReportHandles = resolved;
            }
            workspace.Batch.Clear();
            ReportSeries.Add(workspace.Batch, memory.ReportHandles, timeMs, report, settings.Config, target);
            SeriesWriter.Append(services.Sink, workspace.Batch, out var gone);
            if (gone is null) return null;
            memory.ReportHandles = null;
        }
        return null;
    }

    static bool IsOfTheWorld(Exception failure) => failure is HttpRequestException or IOException or InvalidDataException or OperationCanceledException or ScrapeRefusedException
        or BodyTooLargeException or OutOfMemoryException or ExpositionException or MalformedRequestException or SecretUnavailableException or System.Security.Authentication.AuthenticationException;

    string Describe(Exception failure) => failure switch
    {
        OperationCanceledException => string.Create(CultureInfo.InvariantCulture, $"no whole answer within the scrape timeout of {target.TimeoutMs / 1000.0} s"),
        HttpRequestException { InnerException: { } cause } outer when !outer.Message.Contains(cause.Message, StringComparison.Ordinal) => $"{outer.Message}: {cause.Message}",
        OutOfMemoryException => "the answer does not fit the memory that this server may have (--memory)",
        InvalidDataException => $"the body is not valid gzip: {failure.Message}",
        _ => failure.Message,
    };
}
