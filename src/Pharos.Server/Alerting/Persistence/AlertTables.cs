using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.State;

namespace Pharos.Server.Alerting.Persistence;

/// <summary>The tables of alerts, silences and what was told, and what writes and reads them.</summary>
static class AlertTables
{
    /// <summary>Fingerprints are stored as the signed number with the same bits.</summary>
    public static readonly StateTables Declared = new(new Migration(1, """
        CREATE TABLE IF NOT EXISTS alerts (
          fingerprint INTEGER PRIMARY KEY, labels TEXT NOT NULL, annotations TEXT NOT NULL, starts_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL,
          updated_ms INTEGER NOT NULL, has_timeout INTEGER NOT NULL, generator_url TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS silences (
          id TEXT PRIMARY KEY, matchers TEXT NOT NULL, starts_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
          created_by TEXT NOT NULL, comment TEXT NOT NULL, annotations TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS notify_log (
          group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL, at_ms INTEGER NOT NULL, firing BLOB NOT NULL, resolved BLOB NOT NULL,
          owed BLOB NOT NULL, state TEXT NOT NULL, expires_ms INTEGER NOT NULL, group_labels TEXT NOT NULL, PRIMARY KEY (group_key, receiver, integration));
        """));

    /// <summary>The file of alerts, which holds what other rooms keep about them too.</summary>
    public static StateFile File(params IReadOnlyList<StateTables> others) => new("alerting", "Silences must be made anew, and alerts may be notified again", [Declared, .. others]);

    public static StateTable<ulong, KnownAlert> Alerts(StateDatabase database) => new(
        database,
        static (statements, fingerprint, alert) => statements.Of("INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .Add((long)fingerprint).AddText(statements.Json(alert.Labels)).AddText(statements.Json(alert.Alert.Annotations)).Add(alert.Alert.StartsAtMs).Add(alert.Alert.EndsAtMs)
            .Add(alert.UpdatedAtMs).Add(alert.HasTimeout ? 1 : 0).Add(alert.Alert.GeneratorUrl).Run(),
        static (statements, fingerprint) => statements.Of("DELETE FROM alerts WHERE fingerprint = ?").Add((long)fingerprint).Run());

    public static StateTable<string, Silence> Silences(StateDatabase database) => new(
        database,
        static (statements, id, silence) => statements.Of("INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .Add(id).AddText(statements.Json(silence.Matchers, MatcherJson.Write)).Add(silence.StartsAtMs).Add(silence.EndsAtMs).Add(silence.UpdatedAtMs).Add(silence.CreatedBy).Add(silence.Comment)
            .AddText(statements.Json(silence.Annotations)).Run(),
        static (statements, id) => statements.Of("DELETE FROM silences WHERE id = ?").Add(id).Run());

    public static StateTable<NotifyLogKey, NotifyLogEntry> NotifyLog(StateDatabase database) => new(
        database,
        static (statements, key, entry) => statements.Of("INSERT OR REPLACE INTO notify_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Add(key.GroupKey).Add(key.Receiver).Add(key.Integration).Add(entry.AtMs).AddBytes(FingerprintBytes.Write(entry.Firing)).AddBytes(FingerprintBytes.Write(entry.Resolved))
            .AddBytes(FingerprintBytes.Write(entry.Owed)).Add(entry.State).Add(entry.ExpiresMs).AddText(statements.Json(entry.GroupLabels)).Run(),
        static (statements, key) => statements.Of("DELETE FROM notify_log WHERE group_key = ? AND receiver = ? AND integration = ?")
            .Add(key.GroupKey).Add(key.Receiver).Add(key.Integration).Run());

    /// <summary>Reads the state of a former run back into the books.</summary>
    public static void Load(StateDatabase database, AlertBook alerts, SilenceBook silences, NotifyLog log)
    {
        database.Read("SELECT labels, annotations, starts_ms, ends_ms, updated_ms, has_timeout, generator_url FROM alerts", row =>
        {
            var labels = LabelJson.Read(row.GetString(0));
            var alert = new Alert(labels, LabelJson.Read(row.GetString(1)), row.GetInt64(2), row.GetInt64(3), row.GetString(6));
            return new KnownAlert(alert, AlertFingerprint.Of(labels), row.GetInt64(4), row.GetInt64(5) != 0);
        }).ForEach(alerts.Load);
        database.Read("SELECT id, matchers, starts_ms, ends_ms, updated_ms, created_by, comment, annotations FROM silences", row => new Silence(
            row.GetString(0), MatcherJson.Read(row.GetString(1)), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetString(5), row.GetString(6),
            LabelJson.Read(row.GetString(7)))).ForEach(silences.Load);
        database.Read("SELECT group_key, receiver, integration, at_ms, firing, resolved, owed, state, expires_ms, group_labels FROM notify_log", row => (
            Key: new NotifyLogKey(row.GetString(0), row.GetString(1), row.GetString(2)),
            Entry: new NotifyLogEntry(
                row.GetInt64(3), FingerprintBytes.Read(row.GetFieldValue<byte[]>(4)), FingerprintBytes.Read(row.GetFieldValue<byte[]>(5)),
                FingerprintBytes.Read(row.GetFieldValue<byte[]>(6)), row.GetString(7), row.GetInt64(8), LabelJson.Read(row.GetString(9))))).ForEach(one => log.Load(one.Key, one.Entry));
    }
}
