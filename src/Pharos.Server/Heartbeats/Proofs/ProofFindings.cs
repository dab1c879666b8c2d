using Pharos.Model.Diagnostics;
using Pharos.Model.Time;
using Pharos.Server.Alerting;
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
            if (proof is { IsOk: false }) return Told("receiver-proof-failed", Severity.Error, $"{name} failed when it was last tried, at {LedgerTexts.Moment(proof.AtMs)}: {proof.Detail}", mend);
            if (proof?.ProvenAtMs is { } provenMs)
            {
                return nowMs - provenMs <= bound.TotalMilliseconds ? null
                    : Told("receiver-proof-old", Severity.Warning, $"{name} was last proven at {LedgerTexts.Moment(provenMs)}, more than {PromDuration.Format((long)bound.TotalMilliseconds)} ago", mend);
            }
            var isDrilled = config is not null && (config.Receivers.Count == 0 || config.Receivers.Contains(receiver.Name, StringComparer.Ordinal));
            if (isDrilled && drills.NextMs is { } nextMs) return Told("receiver-unproven", Severity.Info, $"{name} was never proven; the next fire drill is due at {LedgerTexts.Moment(nextMs)}", mend);
            // Where nobody asked for drills, a receiver that is new is no reason to worry anybody.
            return Told("receiver-unproven", config is null ? Severity.Info : Severity.Warning, $"{name} was never proven", $"{mend}; `drills` in pharos.yml does it by itself");

            Finding Told(string check, Severity severity, string message, string mend) =>
                new(check, $"{receiver.Name}/{integration}", severity, file, message, mend, AlertingRoom.ReceiverPage(receiver.Name));
        }
    }
}
