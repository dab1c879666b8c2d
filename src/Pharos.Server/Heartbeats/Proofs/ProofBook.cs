using System.Collections.Concurrent;
using Pharos.Server.Notifying;

namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>The last proof of each integration of each receiver. It outlives restarts and changes of the configuration.</summary>
/// <remarks>Threads: safe for all. Changes are handed to <see cref="Changed"/> to be kept.</remarks>
sealed class ProofBook
{
    /// <summary>Notifications that succeed one after the other say nothing new within this time: a thousand groups at once are one change.</summary>
    const long FreshMs = 60_000;

    readonly ConcurrentDictionary<(string Receiver, string Integration), Proof> proofs = [];
    int version;

    public Action<string, string, Proof>? Changed { get; set; }

    /// <summary>Another number after each change.</summary>
    public int Version => Volatile.Read(ref version);

    /// <param name="integration"><c>slack[0]</c></param>
    public Proof? Find(string receiver, string integration) => proofs.GetValueOrDefault((receiver, integration));

    public void Load(string receiver, string integration, Proof proof) => proofs[(receiver, integration)] = proof;

    public void Note(string receiver, string integration, ProofKind kind, bool isOk, string detail, long nowMs)
    {
        var before = Find(receiver, integration);
        if (isOk && kind == ProofKind.Notification && before is { IsOk: true, Kind: ProofKind.Notification } && nowMs - before.AtMs < FreshMs) return;
        var proof = new Proof(nowMs, kind, isOk, isOk ? "" : detail, isOk ? nowMs : before?.ProvenAtMs);
        proofs[(receiver, integration)] = proof;
        Interlocked.Increment(ref version);
        Changed?.Invoke(receiver, integration, proof);
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
