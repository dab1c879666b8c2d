using Pharos.Model.Labels;
using Pharos.Server.State;

namespace Pharos.Server.Ledger;

/// <summary>The tables of the ledger, and the statements that write them.</summary>
static class LedgerTables
{
    /// <summary>Fingerprints are stored as the signed number with the same bits.</summary>
    public static readonly StateTables Declared = new(
        new Migration(1, """
            CREATE TABLE IF NOT EXISTS ledger (
              id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, step INTEGER NOT NULL, outcome INTEGER NOT NULL, fingerprint INTEGER, alerts BLOB,
              receiver TEXT NOT NULL, integration TEXT NOT NULL, group_key TEXT NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL, status INTEGER);
            CREATE INDEX IF NOT EXISTS ledger_at ON ledger (at_ms);
            CREATE INDEX IF NOT EXISTS ledger_alert ON ledger (fingerprint, at_ms);
            CREATE TABLE IF NOT EXISTS ledger_alerts (fingerprint INTEGER PRIMARY KEY, labels TEXT NOT NULL, last_ms INTEGER NOT NULL);
            """),
        new Migration(2, "DROP INDEX IF EXISTS ledger_group")) // No question asks by it.
    {
        NotChecked = ["ledger", "ledger_alerts"],
    };

    public static void Add(StateStatements statements, LedgerRow row)
    {
        var insert = statements.Of("INSERT INTO ledger (at_ms, step, outcome, fingerprint, alerts, receiver, integration, group_key, reason, text, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Add(row.AtMs).Add((long)row.Step).Add((long)row.Outcome).Add((long?)row.Fingerprint);
        if (row.Alerts.Count == 0) insert.AddNull();
        else insert.AddBytes(FingerprintBytes.Write(row.Alerts));
        insert.Add(row.Receiver).Add(row.Integration).Add(row.GroupKey).Add(row.Reason).Add(row.Text).Add(row.Status).Run();
    }

    public static void PutAlert(StateStatements statements, ulong fingerprint, LabelSet labels, long lastMs) =>
        statements.Of("INSERT OR REPLACE INTO ledger_alerts VALUES (?, ?, ?)").Add((long)fingerprint).AddText(statements.Json(labels)).Add(lastMs).Run();

    /// <summary>Brings the ledger a step nearer to its bounds: removes the oldest rows while they are too old, or the file too large.</summary>
    /// <returns>How many were removed; 0: it is within its bounds.</returns>
    public static int Trim(StateStatements statements, long olderThanMs, long maxBytes, int mostRows)
    {
        var removed = statements.UsedBytes() > maxBytes
            ? statements.Of("DELETE FROM ledger WHERE id IN (SELECT id FROM ledger ORDER BY id LIMIT ?)").Add(mostRows).Run()
            : statements.Of("DELETE FROM ledger WHERE id IN (SELECT id FROM ledger WHERE at_ms < ? ORDER BY id LIMIT ?)").Add(olderThanMs).Add(mostRows).Run();
        // Labels of alerts that no row names any more.
        return removed + statements.Of(
            "DELETE FROM ledger_alerts WHERE fingerprint IN (SELECT fingerprint FROM ledger_alerts WHERE last_ms < COALESCE((SELECT at_ms FROM ledger ORDER BY id LIMIT 1), ?) - ? LIMIT ?)")
            .Add(olderThanMs).Add(AlertLedger.LabelsFreshMs).Add(mostRows).Run();
    }
}
