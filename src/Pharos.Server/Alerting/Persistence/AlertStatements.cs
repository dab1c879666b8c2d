using System.Buffers;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Heartbeats;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Ledger;

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
    readonly Dictionary<string, PreparedStatement> prepared = new(StringComparer.Ordinal);
    readonly ArrayBufferWriter<byte> jsonBytes = new();
    readonly Utf8JsonWriter json;

    public AlertStatements(SqliteConnection connection)
    {
        this.connection = connection;
        json = new(jsonBytes);
    }

    public void Begin() => Of("BEGIN IMMEDIATE").Run();

    public void Commit() => Of("COMMIT").Run();

    public void Rollback() => Of("ROLLBACK").Run();

    public void Put(KnownAlert alert) => Of("INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .Add((long)alert.Fingerprint).AddText(Json(alert.Labels)).AddText(Json(alert.Alert.Annotations)).Add(alert.Alert.StartsAtMs).Add(alert.Alert.EndsAtMs)
        .Add(alert.UpdatedAtMs).Add(alert.HasTimeout ? 1 : 0).Add(alert.Alert.GeneratorUrl).Run();

    public void RemoveAlert(ulong fingerprint) => Of("DELETE FROM alerts WHERE fingerprint = ?").Add((long)fingerprint).Run();

    public void Put(Silence silence) => Of("INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .Add(silence.Id).AddText(Json(silence.Matchers)).Add(silence.StartsAtMs).Add(silence.EndsAtMs).Add(silence.UpdatedAtMs).Add(silence.CreatedBy).Add(silence.Comment)
        .AddText(Json(silence.Annotations)).Run();

    public void RemoveSilence(string id) => Of("DELETE FROM silences WHERE id = ?").Add(id).Run();

    public void Put(NotifyLogKey key, NotifyLogEntry entry) => Of("INSERT OR REPLACE INTO notify_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .Add(key.GroupKey).Add(key.Receiver).Add(key.Integration).Add(entry.AtMs).AddBytes(FingerprintBytes.Write(entry.Firing)).AddBytes(FingerprintBytes.Write(entry.Resolved))
        .AddBytes(FingerprintBytes.Write(entry.Owed)).Add(entry.State).Add(entry.ExpiresMs).AddText(Json(entry.GroupLabels)).Run();

    public void Remove(NotifyLogKey key) =>
        Of("DELETE FROM notify_log WHERE group_key = ? AND receiver = ? AND integration = ?").Add(key.GroupKey).Add(key.Receiver).Add(key.Integration).Run();

    public void Add(LedgerRow row)
    {
        var insert = Of("INSERT INTO ledger (at_ms, step, outcome, fingerprint, alerts, receiver, integration, group_key, reason, text, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Add(row.AtMs).Add((long)row.Step).Add((long)row.Outcome).Add((long?)row.Fingerprint);
        if (row.Alerts.Count == 0) insert.AddNull();
        else insert.AddBytes(FingerprintBytes.Write(row.Alerts));
        insert.Add(row.Receiver).Add(row.Integration).Add(row.GroupKey).Add(row.Reason).Add(row.Text).Add(row.Status).Run();
    }

    public void PutLedgerAlert(ulong fingerprint, LabelSet labels, long lastMs) =>
        Of("INSERT OR REPLACE INTO ledger_alerts VALUES (?, ?, ?)").Add((long)fingerprint).AddText(Json(labels)).Add(lastMs).Run();

    public void Put(string receiver, string integration, Proof proof) => Of("INSERT OR REPLACE INTO integration_proofs VALUES (?, ?, ?, ?, ?, ?, ?)")
        .Add(receiver).Add(integration).Add(proof.AtMs).Add((long)proof.Kind).Add(proof.IsOk ? 1 : 0).Add(proof.Detail).Add(proof.ProvenAtMs).Run();

    public void Put(DrillRecord drill, int kept)
    {
        Of("INSERT OR REPLACE INTO drills VALUES (?, ?, ?, ?)").Add(drill.AtMs).Add(drill.EndedMs).Add(drill.Tried).Add(JsonSerializer.Serialize(drill.Faults)).Run();
        Of("DELETE FROM drills WHERE at_ms NOT IN (SELECT at_ms FROM drills ORDER BY at_ms DESC LIMIT ?)").Add(kept).Run();
    }

    public void Put(string heartbeat, HeartbeatState state) => Of("INSERT OR REPLACE INTO heartbeats VALUES (?, ?, ?, ?, ?)")
        .Add(heartbeat).Add(state.SinceMs).Add(state.LastMs).Add(state.ExcusedUntilMs).Add(state.MissingSinceMs).Run();

    public void RemoveHeartbeat(string name) => Of("DELETE FROM heartbeats WHERE name = ?").Add(name).Run();

    public void PutMoment(string name, long atMs) => Of("INSERT OR REPLACE INTO moments VALUES (?, ?)").Add(name).Add(atMs).Run();

    /// <summary>Brings the ledger a step nearer to its bounds: removes the oldest rows while they are too old, or the database too large.</summary>
    /// <returns>How many were removed; 0: it is within its bounds.</returns>
    public int TrimLedger(long olderThanMs, long maxBytes, int mostRows)
    {
        var removed = UsedBytes() > maxBytes
            ? Of("DELETE FROM ledger WHERE id IN (SELECT id FROM ledger ORDER BY id LIMIT ?)").Add(mostRows).Run()
            : Of("DELETE FROM ledger WHERE id IN (SELECT id FROM ledger WHERE at_ms < ? ORDER BY id LIMIT ?)").Add(olderThanMs).Add(mostRows).Run();
        // Labels of alerts that no row names any more.
        return removed + Of(
            "DELETE FROM ledger_alerts WHERE fingerprint IN (SELECT fingerprint FROM ledger_alerts WHERE last_ms < COALESCE((SELECT at_ms FROM ledger ORDER BY id LIMIT 1), ?) - ? LIMIT ?)")
            .Add(olderThanMs).Add(AlertLedger.LabelsFreshMs).Add(mostRows).Run();
    }

    /// <summary>Pages in use; those that were freed are used again before the file grows.</summary>
    public long UsedBytes() => (Of("PRAGMA page_count").Number() - Of("PRAGMA freelist_count").Number()) * Of("PRAGMA page_size").Number();

    public void Dispose()
    {
        foreach (var statement in prepared.Values) statement.Dispose();
        json.Dispose();
    }

    PreparedStatement Of(string sql) => (prepared.TryGetValue(sql, out var statement) ? statement : prepared[sql] = new(connection, sql)).Begin();

    /// <summary>Valid until the next.</summary>
    ReadOnlySpan<byte> Json(LabelSet labels)
    {
        LabelJson.Write(Clear(), labels);
        json.Flush();
        return jsonBytes.WrittenSpan;
    }

    ReadOnlySpan<byte> Json(IReadOnlyList<LabelMatcher> matchers)
    {
        LabelJson.Write(Clear(), matchers);
        json.Flush();
        return jsonBytes.WrittenSpan;
    }

    Utf8JsonWriter Clear()
    {
        jsonBytes.ResetWrittenCount();
        json.Reset();
        return json;
    }
}
