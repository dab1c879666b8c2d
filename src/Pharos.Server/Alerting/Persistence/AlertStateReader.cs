using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Heartbeats;
using Pharos.Server.Heartbeats.Proofs;

namespace Pharos.Server.Alerting.Persistence;

/// <summary>Reads the state of a former run back into the books.</summary>
static class AlertStateReader
{
    /// <summary>Name of the moment that is written again and again while the server runs.</summary>
    public const string Alive = "alive";

    public static void Load(AlertDatabase database, AlertBook alerts, SilenceBook silences, NotifyLog log, ProofBook proofs)
    {
        using var connection = database.Reader();
        foreach (var row in Rows(connection, "SELECT labels, annotations, starts_ms, ends_ms, updated_ms, has_timeout, generator_url FROM alerts"))
        {
            var labels = LabelJson.Read(row.GetString(0));
            var alert = new Alert(labels, LabelJson.Read(row.GetString(1)), row.GetInt64(2), row.GetInt64(3), row.GetString(6));
            alerts.Load(new(alert, AlertFingerprint.Of(labels), row.GetInt64(4), row.GetInt64(5) != 0));
        }
        foreach (var row in Rows(connection, "SELECT id, matchers, starts_ms, ends_ms, updated_ms, created_by, comment, annotations FROM silences"))
        {
            silences.Load(new(
                row.GetString(0), LabelJson.ReadMatchers(row.GetString(1)), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetString(5), row.GetString(6),
                LabelJson.Read(row.GetString(7))));
        }
        foreach (var row in Rows(connection, "SELECT group_key, receiver, integration, at_ms, firing, resolved, owed, state, expires_ms, group_labels FROM notify_log"))
        {
            var key = new NotifyLogKey(row.GetString(0), row.GetString(1), row.GetString(2));
            log.Load(key, new(
                row.GetInt64(3), FingerprintBytes.Read(row.GetFieldValue<byte[]>(4)), FingerprintBytes.Read(row.GetFieldValue<byte[]>(5)),
                FingerprintBytes.Read(row.GetFieldValue<byte[]>(6)), row.GetString(7), row.GetInt64(8), LabelJson.Read(row.GetString(9))));
        }
        foreach (var row in Rows(connection, "SELECT receiver, integration, at_ms, kind, is_ok, detail, proven_ms FROM integration_proofs"))
        {
            proofs.Load(row.GetString(0), row.GetString(1), new(row.GetInt64(2), (ProofKind)row.GetInt64(3), row.GetInt64(4) != 0, row.GetString(5), Optional(row, 6)));
        }
    }

    /// <summary>Fire drills, newest first.</summary>
    public static IReadOnlyList<DrillRecord> LoadDrills(AlertDatabase database, int limit)
    {
        using var connection = database.Reader();
        return
        [
            .. Rows(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT at_ms, ended_ms, tried, faults FROM drills ORDER BY at_ms DESC LIMIT {limit}"))
                .Select(row => new DrillRecord(row.GetInt64(0), Optional(row, 1), row.GetInt32(2), JsonSerializer.Deserialize<List<string>>(row.GetString(3)) ?? [])),
        ];
    }

    /// <summary>What is known of expected heartbeats, and when this server was last there to hear them.</summary>
    public static (Dictionary<string, HeartbeatState> States, long? AliveMs) LoadHeartbeats(AlertDatabase database)
    {
        using var connection = database.Reader();
        var states = Rows(connection, "SELECT name, since_ms, last_ms, excused_ms, missing_ms FROM heartbeats")
            .ToDictionary(row => row.GetString(0), row => new HeartbeatState(row.GetInt64(1), Optional(row, 2), row.GetInt64(3), Optional(row, 4)), StringComparer.Ordinal);
        var alive = Rows(connection, "SELECT name, at_ms FROM moments").Where(row => row.GetString(0) == Alive).Select(row => (long?)row.GetInt64(1)).FirstOrDefault();
        return (states, alive);
    }

    static long? Optional(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    static IEnumerable<SqliteDataReader> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return reader;
    }
}
