using Pharos.Model.Diagnostics;
using Pharos.Model.Time;
using Pharos.Server.Findings;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;

namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>Names the ways that nobody knows to work: never proven, not for long, or failed when it was last tried.</summary>
static class ProofFindings
{
    /// <summary>After this a proof says little, where no drills set another bound.</summary>
    static readonly TimeSpan UsualBound = TimeSpan.FromDays(30);

    /// <param name="file">As it is shown.</param>
    public static IReadOnlyList<Finding> Of(string file, Drills.Snapshot drills, ProofBook proofs, long nowMs)
    {
        var config = drills.Config;
        var bound = config?.ProvenWithin ?? UsualBound;
        return
        [
            .. from receiver in drills.Routed
               from integration in receiver.Integrations
               where integration.Config.Unable is null // A finding of its own already.
               let finding = Of(receiver, integration, proofs.Find(receiver.Name, integration.ToString()))
               where finding is not null
               select finding,
        ];

        Finding? Of(ReceiverConfig receiver, ReceiverIntegration integration, Proof? proof)
        {
            var (name, mend) = ($"{integration} of receiver {receiver.Name}", $"try it by `pharos alert test {receiver.Name}`, or on the page Receivers");
            if (proof is { IsOk: false }) return new(Severity.Error, file, $"{name} failed when it was last tried, at {LedgerTexts.Moment(proof.AtMs)}: {proof.Detail}", mend);
            if (proof?.ProvenAtMs is { } provenMs)
            {
                return nowMs - provenMs <= bound.TotalMilliseconds ? null
                    : new(Severity.Warning, file, $"{name} was last proven at {LedgerTexts.Moment(provenMs)}, more than {PromDuration.Format((long)bound.TotalMilliseconds)} ago", mend);
            }
            var isDrilled = config is not null && (config.Receivers.Count == 0 || config.Receivers.Contains(receiver.Name, StringComparer.Ordinal));
            if (isDrilled && drills.NextMs is { } nextMs) return new(Severity.Info, file, $"{name} was never proven; the next fire drill is due at {LedgerTexts.Moment(nextMs)}", mend);
            // Where nobody asked for drills, a receiver that is new is no reason to worry anybody.
            return new(config is null ? Severity.Info : Severity.Warning, file, $"{name} was never proven", $"{mend}; `drills` in pharos.yml does it by itself");
        }
    }
}
