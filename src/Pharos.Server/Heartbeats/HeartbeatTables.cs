using System.Globalization;
using System.Text.Json;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.State;

namespace Pharos.Server.Heartbeats;

/// <summary>The tables of heartbeats, drills and proofs, and what writes and reads them.</summary>
static class HeartbeatTables
{
    /// <summary>Name of the moment that is written again and again while heartbeats are expected.</summary>
    public const string Alive = "alive";

    public static readonly StateTables Declared = new(new Migration(2, """
        DROP TABLE IF EXISTS proofs; -- Format 1 kept one proof a receiver.
        CREATE TABLE IF NOT EXISTS integration_proofs (
          receiver TEXT NOT NULL, integration TEXT NOT NULL, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL, is_ok INTEGER NOT NULL, detail TEXT NOT NULL,
          proven_ms INTEGER, PRIMARY KEY (receiver, integration));
        CREATE TABLE IF NOT EXISTS heartbeats (
          name TEXT PRIMARY KEY, since_ms INTEGER NOT NULL, last_ms INTEGER, excused_ms INTEGER NOT NULL, missing_ms INTEGER);
        CREATE TABLE IF NOT EXISTS moments (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS drills (at_ms INTEGER PRIMARY KEY, ended_ms INTEGER, tried INTEGER NOT NULL, faults TEXT NOT NULL);
        """));

    public static StateTable<string, HeartbeatState> Heartbeats(StateDatabase database) => new(
        database,
        static (statements, name, state) => statements.Of("INSERT OR REPLACE INTO heartbeats VALUES (?, ?, ?, ?, ?)")
            .Add(name).Add(state.SinceMs).Add(state.LastMs).Add(state.ExcusedUntilMs).Add(state.MissingSinceMs).Run(),
        static (statements, name) => statements.Of("DELETE FROM heartbeats WHERE name = ?").Add(name).Run());

    public static StateTable<string, long> Moments(StateDatabase database) => new(
        database,
        static (statements, name, atMs) => statements.Of("INSERT OR REPLACE INTO moments VALUES (?, ?)").Add(name).Add(atMs).Run(),
        static (statements, name) => statements.Of("DELETE FROM moments WHERE name = ?").Add(name).Run());

    /// <summary>Fire drills by the time at which they began; the newest of them stay.</summary>
    public static StateTable<long, DrillRecord> Drills(StateDatabase database, int kept) => new(
        database,
        (statements, atMs, drill) =>
        {
            statements.Of("INSERT OR REPLACE INTO drills VALUES (?, ?, ?, ?)").Add(atMs).Add(drill.EndedMs).Add(drill.Tried).Add(JsonSerializer.Serialize(drill.Faults)).Run();
            statements.Of("DELETE FROM drills WHERE at_ms NOT IN (SELECT at_ms FROM drills ORDER BY at_ms DESC LIMIT ?)").Add(kept).Run();
        },
        static (statements, atMs) => statements.Of("DELETE FROM drills WHERE at_ms = ?").Add(atMs).Run());

    public static StateTable<(string Receiver, string Integration), Proof> Proofs(StateDatabase database) => new(
        database,
        static (statements, key, proof) => statements.Of("INSERT OR REPLACE INTO integration_proofs VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Add(key.Receiver).Add(key.Integration).Add(proof.AtMs).Add((long)proof.Kind).Add(proof.IsOk ? 1 : 0).Add(proof.Detail).Add(proof.ProvenAtMs).Run(),
        static (statements, key) => statements.Of("DELETE FROM integration_proofs WHERE receiver = ? AND integration = ?").Add(key.Receiver).Add(key.Integration).Run());

    public static IReadOnlyList<ProofKept> ReadProofs(StateDatabase database) => database.Read(
        "SELECT receiver, integration, at_ms, kind, is_ok, detail, proven_ms FROM integration_proofs",
        row => new ProofKept(row.GetString(0), row.GetString(1), new(row.GetInt64(2), (ProofKind)row.GetInt64(3), row.GetInt64(4) != 0, row.GetString(5), row.Optional(6))));

    /// <summary>Fire drills, newest first.</summary>
    public static IReadOnlyList<DrillRecord> ReadDrills(StateDatabase database, int limit) => database.Read(
        string.Create(CultureInfo.InvariantCulture, $"SELECT at_ms, ended_ms, tried, faults FROM drills ORDER BY at_ms DESC LIMIT {limit}"),
        row => new DrillRecord(row.GetInt64(0), row.Optional(1), row.GetInt32(2), JsonSerializer.Deserialize<List<string>>(row.GetString(3)) ?? []));

    /// <summary>What is known of expected heartbeats, and when this server was last there to hear them.</summary>
    public static (Dictionary<string, HeartbeatState> States, long? AliveMs) ReadHeartbeats(StateDatabase database)
    {
        var states = database.Read(
            "SELECT name, since_ms, last_ms, excused_ms, missing_ms FROM heartbeats",
            row => (Name: row.GetString(0), State: new HeartbeatState(row.GetInt64(1), row.Optional(2), row.GetInt64(3), row.Optional(4))));
        var moments = database.Read("SELECT name, at_ms FROM moments", row => (Name: row.GetString(0), AtMs: row.GetInt64(1)));
        return (states.ToDictionary(one => one.Name, one => one.State, StringComparer.Ordinal), moments.Where(one => one.Name == Alive).Select(one => (long?)one.AtMs).FirstOrDefault());
    }
}
