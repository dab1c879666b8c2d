using System.Diagnostics;
using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Ledger;
using Pharos.Server.State;

namespace Pharos.Server.Heartbeats;

/// <summary>Waits for signs of life, and raises <c>HeartbeatMissing</c> through the ordinary routes when one stays away.</summary>
/// <remarks>Threads: safe for all. State is kept on disk; that a heartbeat came is acknowledged when it is there.</remarks>
sealed class ExpectedHeartbeats
{
    readonly Lock gate = new();
    readonly StateDatabase database;
    readonly TimeProvider time;
    readonly HeartbeatBook book;
    readonly Outbox<HeartbeatEffect> outbox;

    /// <param name="send">Takes alerts on their way; quick.</param>
    /// <param name="note">Writes into the ledger why an alert fires, or no more: labels, phase, sentence.</param>
    public ExpectedHeartbeats(StateDatabase database, Action<IReadOnlyList<Alert>> send, Action<LabelSet, string, string> note, string externalUrl, TimeProvider time)
    {
        this.database = database;
        this.time = time;
        var (states, aliveMs) = HeartbeatTables.ReadHeartbeats(database);
        book = new(states, aliveMs, externalUrl);
        var (heartbeats, moments) = (HeartbeatTables.Heartbeats(database), HeartbeatTables.Moments(database));
        outbox = new(gate, effect =>
        {
            switch (effect)
            {
                case HeartbeatKept kept:
                    heartbeats.Put(kept.Name, kept.State);
                    break;
                case HeartbeatForgotten forgotten:
                    heartbeats.Remove(forgotten.Name);
                    break;
                case Alive alive:
                    moments.Put(HeartbeatTables.Alive, alive.AtMs);
                    break;
                case HeartbeatNoted noted:
                    note(noted.Labels, noted.Phase, noted.Text);
                    break;
                case HeartbeatRaised raised:
                    send([raised.Alert]);
                    break;
                default:
                    throw new UnreachableException($"{effect} is nothing to be done");
            }
        });
    }

    long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Apply(IReadOnlyList<ExpectedHeartbeatConfig> configs)
    {
        lock (gate) outbox.Add(book.Apply(configs, NowMs));
        outbox.CarryOut();
    }

    /// <summary>A heartbeat came. Completes when that is on disk.</summary>
    /// <returns>False: nobody expects it.</returns>
    /// <exception cref="IOException">It could not be kept.</exception>
    public async Task<bool> CameAsync(string name)
    {
        lock (gate)
        {
            if (book.Came(name, NowMs) is not { } effects) return false;
            outbox.Add(effects);
        }
        outbox.CarryOut();
        await database.FlushAsync();
        return true;
    }

    public void Look()
    {
        lock (gate) outbox.Add(book.Look(NowMs));
        outbox.CarryOut();
    }

    public IReadOnlyList<ShownHeartbeat> Show()
    {
        lock (gate) return book.All;
    }

    /// <summary>Why no heartbeat of these matchers was ever missed.</summary>
    /// <returns>Null: they ask for something else.</returns>
    public WhyAnswer? WhyUnseen(IReadOnlyList<LabelMatcher> matchers)
    {
        lock (gate) return book.WhyUnseen(matchers);
    }
}
