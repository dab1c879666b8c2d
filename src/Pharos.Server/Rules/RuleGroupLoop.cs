using Pharos.Server.Timing;

namespace Pharos.Server.Rules;

/// <summary>Evaluates one group at its interval, until it is stopped.</summary>
/// <remarks>
/// <para>Times are fixed multiples of the interval at the group's own offset: an evaluation that takes too long makes the next ones be missed,
/// which is counted, and moves none.</para>
/// <para>Threads: evaluations run on pool threads, no more at once in the server than the gate allows.</para>
/// </remarks>
sealed partial class RuleGroupLoop : IAsyncDisposable
{
    readonly RuleGroup group;
    readonly RuleMetrics metrics;
    readonly SemaphoreSlim gate;
    readonly Action<IReadOnlyList<DueAlert>> send;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly CancellationTokenSource stop = new();
    readonly Task running;
    readonly long startedMs;

    /// <param name="restores">Whether alerts get their state of before the restart, after the second evaluation: by then targets were scraped.</param>
    public RuleGroupLoop(RuleGroup group, bool restores, RuleMetrics metrics, SemaphoreSlim gate, Action<IReadOnlyList<DueAlert>> send, ILogger logger)
    {
        this.group = group;
        this.metrics = metrics;
        this.gate = gate;
        this.send = send;
        this.logger = logger;
        time = group.Evaluator.Time;
        startedMs = NowMs();
        metrics.Configured(group.Key, group.IntervalMs, group.Rules.Count);
        running = RunAsync(restores);
    }

    public RuleGroup Group => group;

    /// <summary>When the group was last evaluated, or began to be.</summary>
    public long AliveMs => Math.Max(startedMs, group.Snapshot.LastEvaluationMs ?? 0);

    /// <summary>Ends the loop; returns when a running evaluation has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    async Task RunAsync(bool restores)
    {
        var times = group.Key.Times(group.IntervalMs);
        var dueMs = times.First(NowMs());
        var evaluations = 0;
        try
        {
            while (true)
            {
                await Timetable.WaitAsync(time, dueMs, stop.Token);
                var evaluationMs = Math.Max(dueMs, times.Latest(NowMs()));
                metrics.Iterated(group.Key, missedCount: (evaluationMs - dueMs) / group.IntervalMs);
                await EvaluateAsync(evaluationMs, restoresAfter: restores && ++evaluations == 2);
                dueMs = evaluationMs + group.IntervalMs;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    async Task EvaluateAsync(long evaluationMs, bool restoresAfter)
    {
        await gate.WaitAsync(stop.Token);
        try
        {
            await Task.Run(
                () =>
                {
                    send(group.Evaluate(evaluationMs, stop.Token));
                    if (restoresAfter) group.RestoreAlerts(NowMs(), stop.Token);
                },
                stop.Token);
        }
        catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            GroupFailed(logger, error, group.Key.Name, group.Key.File); // A bug of ours in one group must not end the others, nor this one.
        }
        finally
        {
            gate.Release();
        }
    }

    long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(LogLevel.Error, "The evaluation of group {Group} in {File} broke off")]
    static partial void GroupFailed(ILogger logger, Exception error, string group, string file);
}
