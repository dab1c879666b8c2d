using Pharos.Server.Config;
using Pharos.Server.Ledger;
using Pharos.Server.Rooms;
using Pharos.Server.State;

namespace Pharos.Server.Heartbeats;

/// <summary>All heartbeats that are sent, and what keeps them back.</summary>
/// <remarks>Threads: safe for all; <see cref="Prepare"/> one at a time.</remarks>
sealed class SentHeartbeats(StateDatabase database, AlertLedger ledger, HeartbeatMetrics metrics, Func<PipelinePulse> pulse, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly StateTable<string, long> moments = HeartbeatTables.Moments(database);
    IReadOnlyList<HeartbeatSender> senders = [];

    /// <summary>Why alerts would not arrive now; empty: they would.</summary>
    public IReadOnlyList<string> Faults() => PipelineHealth.Faults(pulse(), time.GetUtcNow().ToUnixTimeMilliseconds());

    public void Prepare(IReadOnlyList<SentHeartbeatConfig> configs, Preparation preparation)
    {
        var unused = Show().ToList();
        var next = new List<HeartbeatSender>();
        foreach (var config in configs)
        {
            // One that did not change keeps its pace: a reload is no sign of life.
            var kept = unused.Find(sender => ConfigEquality.AreSame(sender.Config, config));
            if (kept is not null) unused.Remove(kept);
            next.Add(kept ?? preparation.Own(new HeartbeatSender(config, database, moments, ledger, metrics, time, logger)));
        }
        preparation.OnSwap(() => SwapAsync(next, unused));
    }

    public void Look()
    {
        lock (gate)
        {
            if (senders.Count == 0) return;
            var faults = Faults();
            foreach (var sender in senders) sender.BeginIfDue(faults);
        }
    }

    public IReadOnlyList<HeartbeatSender> Show()
    {
        lock (gate) return senders;
    }

    public ValueTask DisposeAsync() => SwapAsync([], Show());

    async ValueTask SwapAsync(IReadOnlyList<HeartbeatSender> next, IReadOnlyList<HeartbeatSender> gone)
    {
        lock (gate) senders = next;
        foreach (var sender in gone) await sender.DisposeAsync();
    }
}
