using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Heartbeats;
using Pharos.Server.Alerting.Ledger;
using Pharos.Server.Alerting.Proofs;
using Pharos.Server.Alerting.Silences;

namespace Pharos.Server.Alerting.Persistence;

/// <summary>The statements that write the alerting state, each prepared once.</summary>
/// <remarks>Threads: the writer's alone.</remarks>
sealed class AlertStatements : IDisposable
{
    /// <summary>Fingerprints are stored as the signed number with the same bits.</summary>
    public const string Schema = """
        CREATE TABLE IF NOT EXISTS alerts (
          fingerprint INTEGER PRIMARY KEY, labels TEXT NOT NULL, annotations TEXT NOT NULL, starts_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL,
          updated_ms INTEGER NOT NULL, has_timeout INTEGER NOT NULL, generator_url TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS silences (
          id TEXT PRIMARY KEY, matchers TEXT NOT NULL, starts_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
          created_by TEXT NOT NULL, comment TEXT NOT NULL, annotations TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS notify_log (
          group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL, at_ms INTEGER NOT NULL, firing BLOB NOT NULL, resolved BLOB NOT NULL,
          owed BLOB NOT NULL, state TEXT NOT NULL, expires_ms INTEGER NOT NULL, group_labels TEXT NOT NULL, PRIMARY KEY (group_key, receiver, integration));
        CREATE TABLE IF NOT EXISTS ledger (
          id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, step INTEGER NOT NULL, outcome INTEGER NOT NULL, fingerprint INTEGER, alerts BLOB,
          receiver TEXT NOT NULL, integration TEXT NOT NULL, group_key TEXT NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL, status INTEGER);
        CREATE INDEX IF NOT EXISTS ledger_at ON ledger (at_ms);
        CREATE INDEX IF NOT EXISTS ledger_alert ON ledger (fingerprint, at_ms);
        DROP INDEX IF EXISTS ledger_group; -- No question asks by it.
        CREATE TABLE IF NOT EXISTS ledger_alerts (fingerprint INTEGER PRIMARY KEY, labels TEXT NOT NULL, last_ms INTEGER NOT NULL);
        DROP TABLE IF EXISTS proofs; -- Version 1 kept one proof a receiver.
        CREATE TABLE IF NOT EXISTS integration_proofs (
          receiver TEXT NOT NULL, integration TEXT NOT NULL, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL, is_ok INTEGER NOT NULL, detail TEXT NOT NULL,
          proven_ms INTEGER, PRIMARY KEY (receiver, integration));
        CREATE TABLE IF NOT EXISTS heartbeats (
          name TEXT PRIMARY KEY, since_ms INTEGER NOT NULL, last_ms INTEGER, excused_ms INTEGER NOT NULL, missing_ms INTEGER);
        CREATE TABLE IF NOT EXISTS moments (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS drills (at_ms INTEGER PRIMARY KEY, ended_ms INTEGER, tried INTEGER NOT NULL, faults TEXT NOT NULL);
        """;

    readonly SqliteConnection connection;
    readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);
    SqliteTransaction? transaction;

    public AlertStatements(SqliteConnection connection) => this.connection = connection;

    /// <summary>All that follows is part of this transaction.</summary>
    public void Join(SqliteTransaction current) => transaction = current;

    public void Put(KnownAlert alert) => Run(
        "INSERT OR REPLACE INTO alerts VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        (long)alert.Fingerprint, LabelJson.Write(alert.Labels), LabelJson.Write(alert.Alert.Annotations), alert.Alert.StartsAtMs, alert.Alert.EndsAtMs, alert.UpdatedAtMs,
        alert.HasTimeout ? 1L : 0L, alert.Alert.GeneratorUrl);

    public void RemoveAlert(ulong fingerprint) => Run("DELETE FROM alerts WHERE fingerprint = $1", (long)fingerprint);

    public void Put(Silence silence) => Run(
        "INSERT OR REPLACE INTO silences VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        silence.Id, LabelJson.WriteMatchers(silence.Matchers), silence.StartsAtMs, silence.EndsAtMs, silence.UpdatedAtMs, silence.CreatedBy, silence.Comment,
        LabelJson.Write(silence.Annotations));

    public void RemoveSilence(string id) => Run("DELETE FROM silences WHERE id = $1", id);

    public void Put(NotifyLogKey key, NotifyLogEntry entry) => Run(
        "INSERT OR REPLACE INTO notify_log VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        key.GroupKey, key.Receiver, key.Integration, entry.AtMs, FingerprintBytes.Write(entry.Firing), FingerprintBytes.Write(entry.Resolved), FingerprintBytes.Write(entry.Owed),
        entry.State, entry.ExpiresMs, LabelJson.Write(entry.GroupLabels));

    public void Remove(NotifyLogKey key) =>
        Run("DELETE FROM notify_log WHERE group_key = $1 AND receiver = $2 AND integration = $3", key.GroupKey, key.Receiver, key.Integration);

    public void Add(LedgerRow row) => Run(
        "INSERT INTO ledger (at_ms, step, outcome, fingerprint, alerts, receiver, integration, group_key, reason, text, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row.AtMs, (long)row.Step, (long)row.Outcome, row.Fingerprint is { } one ? (long)one : DBNull.Value, row.Alerts.Count == 0 ? DBNull.Value : FingerprintBytes.Write(row.Alerts),
        row.Receiver, row.Integration, row.GroupKey, row.Reason, row.Text, row.Status is { } status ? (long)status : DBNull.Value);

    public void PutLedgerAlert(ulong fingerprint, LabelSet labels, long lastMs) =>
        Run("INSERT OR REPLACE INTO ledger_alerts VALUES ($1, $2, $3)", (long)fingerprint, LabelJson.Write(labels), lastMs);

    public void Put(string receiver, string integration, Proof proof) => Run(
        "INSERT OR REPLACE INTO integration_proofs VALUES ($1, $2, $3, $4, $5, $6, $7)",
        receiver, integration, proof.AtMs, (long)proof.Kind, proof.IsOk ? 1L : 0L, proof.Detail, Optional(proof.ProvenAtMs));

    public void Put(DrillRecord drill, int kept)
    {
        Run(
            "INSERT OR REPLACE INTO drills VALUES ($1, $2, $3, $4)",
            drill.AtMs, Optional(drill.EndedMs), (long)drill.Tried, JsonSerializer.Serialize(drill.Faults));
        Run("DELETE FROM drills WHERE at_ms NOT IN (SELECT at_ms FROM drills ORDER BY at_ms DESC LIMIT $1)", (long)kept);
    }

    public void Put(string heartbeat, HeartbeatState state) => Run(
        "INSERT OR REPLACE INTO heartbeats VALUES ($1, $2, $3, $4, $5)",
        heartbeat, state.SinceMs, Optional(state.LastMs), state.ExcusedUntilMs, Optional(state.MissingSinceMs));

    public void RemoveHeartbeat(string name) => Run("DELETE FROM heartbeats WHERE name = $1", name);

    public void PutMoment(string name, long atMs) => Run("INSERT OR REPLACE INTO moments VALUES ($1, $2)", name, atMs);

    /// <summary>Brings the ledger a step nearer to its bounds: removes the oldest rows while they are too old, or the database too large.</summary>
    /// <returns>How many were removed; 0: it is within its bounds.</returns>
    public int TrimLedger(long olderThanMs, long maxBytes, int mostRows)
    {
        var removed = UsedBytes() > maxBytes
            ? Run("DELETE FROM ledger WHERE id IN (SELECT id FROM ledger ORDER BY id LIMIT $1)", (long)mostRows)
            : Run("DELETE FROM ledger WHERE id IN (SELECT id FROM ledger WHERE at_ms < $1 ORDER BY id LIMIT $2)", olderThanMs, (long)mostRows);
        // Labels of alerts that no row names any more.
        return removed + Run(
            "DELETE FROM ledger_alerts WHERE fingerprint IN (SELECT fingerprint FROM ledger_alerts WHERE last_ms < COALESCE((SELECT at_ms FROM ledger ORDER BY id LIMIT 1), $1) - $2 LIMIT $3)",
            olderThanMs, AlertLedger.LabelsFreshMs, (long)mostRows);
    }

    /// <summary>Pages in use; those that were freed are used again before the file grows.</summary>
    public long UsedBytes() => (Number("PRAGMA page_count") - Number("PRAGMA freelist_count")) * Number("PRAGMA page_size");

    public void Dispose()
    {
        foreach (var command in commands.Values) command.Dispose();
    }

    static object Optional(long? value) => value is { } number ? number : DBNull.Value;

    long Number(string sql)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            commands[sql] = command = connection.CreateCommand();
            command.CommandText = sql;
        }
        command.Transaction = transaction;
        return (long)command.ExecuteScalar()!;
    }

    int Run(string sql, params ReadOnlySpan<object> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            commands[sql] = command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", DBNull.Value);
        }
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command.ExecuteNonQuery();
    }
}
