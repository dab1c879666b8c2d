using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Notifying;
using Pharos.Server.State;

namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>Holds fire drills: one marked notification through every integration of every receiver that a route leads to.</summary>
/// <remarks>
/// <para>That a drill began is on disk before anything is sent, so that a kill in its middle does not call the same people again.</para>
/// <para>Threads: safe for all; one drill at a time.</para>
/// </remarks>
sealed partial class Drills : IAsyncDisposable
{
    const int KeptDrills = 50;

    readonly Lock gate = new();
    readonly Func<string, ProofKind, Task<IReadOnlyList<ProofResult>>> prove;
    readonly StateDatabase database;
    readonly StateTable<long, DrillRecord> table;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly List<DrillRecord> held;
    readonly CancellationTokenSource stop = new();
    IReadOnlyList<ReceiverConfig> routed = [];
    DrillConfig? config;
    Task<DrillRecord>? running;
    long lookedMs;

    /// <param name="prove">Proves every integration of a receiver.</param>
    public Drills(Func<string, ProofKind, Task<IReadOnlyList<ProofResult>>> prove, StateDatabase database, TimeProvider time, ILogger logger)
    {
        this.prove = prove;
        this.database = database;
        this.time = time;
        this.logger = logger;
        table = HeartbeatTables.Drills(database, KeptDrills);
        held = [.. HeartbeatTables.ReadDrills(database, KeptDrills)];
    }

    /// <param name="Config">Null: no drills are held by themselves.</param>
    /// <param name="Routed">The receivers that a route leads to, and that send anything.</param>
    /// <param name="NextMs">When the next one is due.</param>
    /// <param name="Held">Newest first.</param>
    public sealed record Snapshot(DrillConfig? Config, IReadOnlyList<ReceiverConfig> Routed, long? NextMs, bool IsRunning, IReadOnlyList<DrillRecord> Held);

    long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Apply(DrillConfig? next, AlertmanagerFileConfig file)
    {
        var used = AlertRoute.Build(file.Route).All().Select(route => route.Receiver).ToHashSet(StringComparer.Ordinal);
        lock (gate)
        {
            routed = [.. file.Receivers.Where(receiver => used.Contains(receiver.Name) && receiver.Integrations.Count > 0)];
            if (config is null) lookedMs = NowMs; // What came due while there was nothing to hold is over.
            config = next;
        }
    }

    public Snapshot Look()
    {
        lock (gate)
        {
            long? nextMs = config is null ? null : DrillSchedule.NextMs(config, held.FirstOrDefault()?.AtMs, Math.Max(lookedMs + 1, NowMs));
            return new(config, routed, nextMs, running is { IsCompleted: false }, [.. held]);
        }
    }

    /// <summary>Begins a drill when one is due; does not wait for its end.</summary>
    public void BeginIfDue()
    {
        lock (gate)
        {
            var nowMs = NowMs;
            var isDue = config is not null && DrillSchedule.IsDue(config, held.FirstOrDefault()?.AtMs, lookedMs, nowMs);
            lookedMs = nowMs;
            if (isDue) _ = Begin(config!.Receivers);
        }
    }

    /// <summary>Holds one now, because somebody asked for it; joins one that is under way.</summary>
    public Task<DrillRecord> HoldAsync()
    {
        lock (gate) return Begin(config?.Receivers ?? []);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Task<DrillRecord>? last;
        lock (gate) last = running;
        if (last is not null) await last;
        stop.Dispose();
    }

    Task<DrillRecord> Begin(IReadOnlyList<string> names)
    {
        if (running is { IsCompleted: false }) return running;
        List<string> receivers = [.. routed.Select(receiver => receiver.Name).Where(name => names.Count == 0 || names.Contains(name, StringComparer.Ordinal))];
        var begun = new DrillRecord(NowMs, null, 0, []);
        held.Insert(0, begun);
        if (held.Count > KeptDrills) held.RemoveAt(KeptDrills);
        return running = Task.Run(() => HoldAsync(begun, receivers));
    }

    async Task<DrillRecord> HoldAsync(DrillRecord begun, IReadOnlyList<string> receivers)
    {
        var faults = new List<string>();
        var tried = 0;
        try
        {
            table.Put(begun.AtMs, begun);
            await database.FlushAsync();
            Begun(logger, receivers.Count);
            foreach (var receiver in receivers) // One after the other: a drill is no load test.
            {
                if (stop.IsCancellationRequested) return begun;
                var results = await prove(receiver, ProofKind.Drill);
                tried += results.Count;
                faults.AddRange(results.Where(result => !result.IsOk).Select(result => $"{result.Integration} of {receiver}: {result.Reason}"));
            }
            var ended = begun with { EndedMs = NowMs, Tried = tried, Faults = faults };
            lock (gate)
            {
                if (held.IndexOf(begun) is >= 0 and var place) held[place] = ended;
            }
            table.Put(ended.AtMs, ended);
            await database.FlushAsync();
            if (faults.Count == 0) Passed(logger, tried);
            else Failed(logger, faults.Count, tried, string.Join("; ", faults));
            return ended;
        }
        catch (IOException error)
        {
            NotKept(logger, error.Message);
            return begun;
        }
        catch (Exception error) // Nobody waits for a drill that was due by itself.
        {
            Broke(logger, error);
            return begun;
        }
    }

    [LoggerMessage(LogLevel.Information, "A fire drill begins, through {Receivers} receivers")]
    static partial void Begun(ILogger logger, int receivers);

    [LoggerMessage(LogLevel.Information, "The fire drill was taken by all {Integrations} integrations")]
    static partial void Passed(ILogger logger, int integrations);

    [LoggerMessage(LogLevel.Warning, "The fire drill failed at {Failed} of {Integrations} integrations: {Faults}")]
    static partial void Failed(ILogger logger, int failed, int integrations, string faults);

    [LoggerMessage(LogLevel.Error, "The fire drill broke off")]
    static partial void Broke(ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Error, "The fire drill could not be written down, and ended: {Reason}")]
    static partial void NotKept(ILogger logger, string reason);
}
