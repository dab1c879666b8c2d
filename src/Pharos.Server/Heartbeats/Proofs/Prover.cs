using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Notifying;

namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>Sends marked notifications through the integrations of a receiver, and notes what that showed.</summary>
/// <param name="waysTo">The integrations of a receiver, and what ends attempts when the configuration is replaced.</param>
/// <param name="flush">Completes when what was noted is on disk.</param>
/// <remarks>Threads: safe for all.</remarks>
sealed class Prover(Func<string, (IReadOnlyList<Courier> Couriers, CancellationToken Cut)> waysTo, ProofBook proofs, Func<Task> flush, string externalUrl, TimeProvider time)
{
    /// <summary>Somebody waits for the answer of a test.</summary>
    static readonly TimeSpan TestDeadline = TimeSpan.FromSeconds(10);

    /// <summary>A drill that is not taken within this has failed.</summary>
    static readonly TimeSpan DrillDeadline = TimeSpan.FromMinutes(1);

    /// <summary>Proves every integration of a receiver by one notification and, where that is wanted, its end.</summary>
    /// <exception cref="IOException">The proofs could not be kept.</exception>
    public async Task<IReadOnlyList<ProofResult>> ProveAsync(string receiver, ProofKind kind)
    {
        var (couriers, cut) = waysTo(receiver);
        var results = await Task.WhenAll(couriers.Select(courier => ProveAsync(courier, kind, cut)));
        await flush(); // Who is told the result and looks again finds it.
        return results;
    }

    /// <summary>A test is tried once; a drill as stubbornly as an alert would be, for a while.</summary>
    async Task<ProofResult> ProveAsync(Courier courier, ProofKind kind, CancellationToken cut)
    {
        var (from, startsAt) = (time.GetTimestamp(), time.GetUtcNow());
        var isTest = kind == ProofKind.Test;
        var deadline = startsAt + (isTest ? TestDeadline : DrillDeadline);
        var result = await courier.DeliverAsync(ProofNotification.Create(courier, kind, externalUrl, startsAt), deadline, onlyOnce: isTest, cut);
        if (result.Outcome == NotifyOutcome.Sent && courier.Integration.Config.SendResolved)
        {
            var over = ProofNotification.Create(courier, kind, externalUrl, startsAt, time.GetUtcNow(), result.State ?? "");
            result = await courier.DeliverAsync(over, deadline, onlyOnce: isTest, cut);
        }
        var isOk = result.Outcome == NotifyOutcome.Sent;
        // A failure while the configuration was replaced tells nothing about the service.
        if (isOk || !cut.IsCancellationRequested) proofs.Note(courier.Receiver, courier.Integration.ToString(), kind, isOk, result.Reason, time.GetUtcNow().ToUnixTimeMilliseconds());
        return new(courier.Integration, isOk, result.Reason, result.HttpStatus, time.GetElapsedTime(from));
    }
}
