using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Ledger;
using Pharos.Server.Rooms;
using Pharos.Server.State;
using Pharos.Server.Timing;

namespace Pharos.Server.Heartbeats;

/// <summary>Proves that alerts arrive: heartbeats sent and expected, fire drills and tests of receivers, and findings for ways that nobody has proven.</summary>
/// <remarks>Threads: its ticker asks each second; its doors may be called by all.</remarks>
sealed class HeartbeatsRoom : IRoom
{
    /// <summary>How soon it is told that a proof grew too old, or that the next drill is another.</summary>
    const long AgeingMs = 60_000;

    readonly AlertingRoom alerting;
    readonly Func<IReadOnlyList<(string Name, long IntervalMs, long SinceMs)>> rules;
    readonly FindingBook findings;
    readonly TimeProvider time;
    readonly ProofBook proofs;
    readonly Prover prover;
    readonly Drills drills;
    readonly ExpectedHeartbeats expected;
    readonly SentHeartbeats sent;
    readonly HeartbeatMetrics metrics;
    readonly Ticker ticker;
    (int Version, long AtMs) told;

    /// <param name="rules">How rule evaluation is seen to go on; heartbeats are held back when it does not.</param>
    public HeartbeatsRoom(
        string externalUrl, StateDatabase state, AlertingRoom alerting, LedgerRoom ledger, Func<IReadOnlyList<(string Name, long IntervalMs, long SinceMs)>> rules, FindingBook findings,
        TimeProvider time, ILoggerFactory loggers)
    {
        this.alerting = alerting;
        this.rules = rules;
        this.findings = findings;
        this.time = time;
        var table = HeartbeatTables.Proofs(state);
        proofs = new(HeartbeatTables.ReadProofs(state), kept => table.Put((kept.Receiver, kept.Integration), kept.Proof));
        prover = new(alerting.WaysTo, proofs, state.FlushAsync, externalUrl, time);
        drills = new(prover.ProveAsync, state, time, loggers.CreateLogger<Drills>());
        expected = new(state, alerting.Send, alerting.NoteRule, externalUrl, time);
        metrics = new(expected.Show, () => sent!.Faults().Count);
        sent = new(state, ledger.Ledger, metrics, Pulse, time, loggers.CreateLogger<HeartbeatSender>());
        ledger.AskFirst(expected.WhyUnseen);
        alerting.NotificationEnded += end => proofs.Note(end.Receiver, end.Integration, ProofKind.Notification, end.IsTaken, end.Reason, end.AtMs);
        alerting.BeforeGroups += next => expected.Apply(next.Of<HeartbeatsConfig>().Expect);
        ticker = new("heartbeats", time, loggers.CreateLogger<HeartbeatsRoom>(), drills.BeginIfDue, expected.Look, sent.Look, TellIfChanged);
    }

    public void Map(DoorTable doors)
    {
        new ReceiversEndpoints(() => alerting.File, () => alerting.Couriers, proofs, prover, time).Map(doors);
        new DrillsEndpoint(drills).Map(doors);
        new HeartbeatsEndpoint(expected, sent).Map(doors);
    }

    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        var config = next.Of<HeartbeatsConfig>();
        sent.Prepare(config.Send, preparation);
        preparation.OnSwap(() =>
        {
            drills.Apply(config.Drills, next.Of<AlertmanagerFileConfig>());
            Tell();
        });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await ticker.DisposeAsync();
        await drills.DisposeAsync();
        await sent.DisposeAsync();
        metrics.Dispose();
    }

    PipelinePulse Pulse()
    {
        var (lookedMs, untold) = alerting.Pulse();
        return new(rules(), lookedMs, untold);
    }

    void Tell() => findings.Replace("alerting.proofs", ProofFindings.Of(alerting.ShownFile, drills.Look(), proofs, time.GetUtcNow().ToUnixTimeMilliseconds()));

    /// <summary>Asked each second by the ticker alone.</summary>
    void TellIfChanged()
    {
        var (version, nowMs) = (proofs.Version, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (version == told.Version && Math.Abs(nowMs - told.AtMs) < AgeingMs) return;
        told = (version, nowMs);
        Tell();
    }
}
