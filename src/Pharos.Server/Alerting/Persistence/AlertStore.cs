using System.Diagnostics;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Ledger;
using Pharos.Server.State;

namespace Pharos.Server.Alerting.Persistence;

/// <summary>Puts what the books want kept on its way to the disk, and what they want noted on its way to the ledger.</summary>
/// <remarks>Never waits. Threads: safe for all.</remarks>
sealed class AlertStore(StateDatabase database, AlertLedger ledger)
{
    readonly StateTable<ulong, KnownAlert> alerts = AlertTables.Alerts(database);
    readonly StateTable<string, Silence> silences = AlertTables.Silences(database);
    readonly StateTable<NotifyLogKey, NotifyLogEntry> log = AlertTables.NotifyLog(database);

    public void Keep(Effect effect)
    {
        switch (effect)
        {
            case AlertKept kept:
                alerts.Put(kept.Alert.Fingerprint, kept.Alert);
                break;
            case AlertForgotten forgotten:
                alerts.Remove(forgotten.Alert.Fingerprint);
                break;
            case SilenceKept kept:
                silences.Put(kept.Silence.Id, kept.Silence);
                break;
            case SilenceForgotten forgotten:
                silences.Remove(forgotten.Id);
                break;
            case ToldKept kept:
                log.Put(kept.Key, kept.Entry);
                break;
            case ToldForgotten forgotten:
                log.Remove(forgotten.Key);
                break;
            case AlertReceived received:
                ledger.RecordLater(() => AlertSteps.Received(received));
                break;
            case AlertJoined joined:
                ledger.RecordLater(() => AlertSteps.Joined(joined));
                break;
            case StepTaken step:
                ledger.Record(step.Row);
                break;
            default:
                throw new UnreachableException($"{effect} is nothing to be kept");
        }
    }
}
