using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Notifying;


namespace Pharos.Server.Alerting.Delivery;

sealed partial class AlertEngine
{
    /// <summary>A drill that is not taken within this has failed.</summary>
    static readonly TimeSpan DrillDeadline = TimeSpan.FromMinutes(1);

    /// <summary>Sends a marked notification through every integration of a receiver, and, where that is wanted, its end.</summary>
    public async Task<IReadOnlyList<ProofResult>> ProveAsync(string receiver, ProofKind kind)
    {
        CancellationToken cut;
        lock (gate) cut = reload.Token;
        var asked = Couriers.Where(courier => courier.Receiver == receiver).OrderBy(courier => courier.Integration.ToString(), StringComparer.Ordinal);
        var results = await Task.WhenAll(asked.Select(courier => ProveAsync(courier, kind, cut)));
        await database.FlushAsync(); // Who is told the result and looks again finds it.
        return results;
    }

    /// <summary>A test is tried once, because somebody waits for the answer; a drill as stubbornly as an alert would be, for a while.</summary>
    async Task<ProofResult> ProveAsync(Courier courier, ProofKind kind, CancellationToken cut)
    {
        var (from, startsAt) = (time.GetTimestamp(), time.GetUtcNow());
        var isTest = kind == ProofKind.Test;
        var deadline = startsAt + (isTest ? ShortestDeadline : DrillDeadline);
        var result = await courier.DeliverAsync(ProofNotification.Create(courier, kind, externalUrl, startsAt), deadline, onlyOnce: isTest, cut);
        if (result.Outcome == NotifyOutcome.Sent && courier.Integration.Config.SendResolved)
        {
            var over = ProofNotification.Create(courier, kind, externalUrl, startsAt, time.GetUtcNow(), result.State ?? "");
            result = await courier.DeliverAsync(over, deadline, onlyOnce: isTest, cut);
        }
        var isOk = result.Outcome == NotifyOutcome.Sent;
        // A failure while the configuration was replaced tells nothing about the service.
        if (isOk || !cut.IsCancellationRequested) Proofs.Note(courier.Receiver, courier.Integration.ToString(), kind, isOk, result.Reason, NowMs);
        return new(courier.Integration, isOk, result.Reason, result.HttpStatus, time.GetElapsedTime(from));
    }
}
