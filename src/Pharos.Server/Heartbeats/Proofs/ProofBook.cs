using Pharos.Server.Notifying;
using Pharos.Server.State;

namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>The last proof of each integration of each receiver. It outlives restarts and changes of the configuration.</summary>
/// <remarks>Threads: safe for all. What changes is handed on to be kept, outside of the lock.</remarks>
sealed class ProofBook
{
    /// <summary>Notifications that succeed one after the other say nothing new within this time: a thousand groups at once are one change.</summary>
    const long FreshMs = 60_000;

    readonly Lock gate = new();
    readonly Dictionary<(string Receiver, string Integration), Proof> proofs = [];
    readonly Outbox<ProofKept> outbox;
    int version;

    /// <param name="kept">Those of former runs.</param>
    /// <param name="keep">Puts one on its way to the disk; never waits.</param>
    public ProofBook(IEnumerable<ProofKept> kept, Action<ProofKept> keep)
    {
        foreach (var one in kept) proofs[(one.Receiver, one.Integration)] = one.Proof;
        outbox = new(gate, keep);
    }

    /// <summary>Another number after each change.</summary>
    public int Version => Volatile.Read(ref version);

    /// <param name="integration"><c>slack[0]</c></param>
    public Proof? Find(string receiver, string integration)
    {
        lock (gate) return proofs.GetValueOrDefault((receiver, integration));
    }

    public void Note(string receiver, string integration, ProofKind kind, bool isOk, string detail, long nowMs)
    {
        lock (gate)
        {
            var before = proofs.GetValueOrDefault((receiver, integration));
            if (isOk && kind == ProofKind.Notification && before is { IsOk: true, Kind: ProofKind.Notification } && nowMs - before.AtMs < FreshMs) return;
            var proof = new Proof(nowMs, kind, isOk, isOk ? "" : detail, isOk ? nowMs : before?.ProvenAtMs);
            proofs[(receiver, integration)] = proof;
            version++;
            outbox.Add(new ProofKept(receiver, integration, proof));
        }
        outbox.CarryOut();
    }

    /// <summary>A receiver is as good as its weakest integration: one that failed, else the one that was proven longest ago.</summary>
    /// <returns>Null: one of them was never tried, or it has none.</returns>
    public Proof? Of(ReceiverConfig receiver)
    {
        var all = receiver.Integrations.Select(integration => (Integration: integration, Proof: Find(receiver.Name, integration.ToString()))).ToList();
        var failed = all.Where(one => one.Proof is { IsOk: false }).ToList();
        if (failed.Count > 0)
        {
            var last = failed.MaxBy(one => one.Proof!.AtMs).Proof!;
            var proven = all.Exists(one => one.Proof?.ProvenAtMs is null) ? null : all.Min(one => one.Proof!.ProvenAtMs);
            return last with { Detail = string.Join("; ", failed.Select(one => $"{one.Integration}: {one.Proof!.Detail}")), ProvenAtMs = proven };
        }
        return all.Count == 0 || all.Exists(one => one.Proof is null) ? null : all.MinBy(one => one.Proof!.ProvenAtMs).Proof;
    }
}

/// <param name="Integration"><c>slack[0]</c></param>
sealed record ProofKept(string Receiver, string Integration, Proof Proof);
