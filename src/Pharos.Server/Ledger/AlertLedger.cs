using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Pharos.Model.Labels;
using Pharos.Server.State;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Ledger;

/// <summary>Remembers each step of each alert, so that "why was I (not) paged?" has an answer.</summary>
/// <remarks>Written behind; kept within <see cref="Bounds"/>. Threads: safe for all.</remarks>
sealed class AlertLedger(StateDatabase database)
{
    /// <summary>Labels of an alert are written again only when they were not for this long: each flood would else write them several times.</summary>
    public const long LabelsFreshMs = 3_600_000;

    /// <summary>Fingerprints remembered for that. When there are more, all are forgotten, which costs writing them once more.</summary>
    const int MaxFresh = 50_000;

    /// <summary>Rows removed in one transaction: some ten milliseconds, so that an acknowledgement never waits long for it.</summary>
    const int TrimmedAtOnce = 1_000;

    readonly Dictionary<ulong, long> fresh = []; // The writer's thread alone.

    /// <summary>Alerts that one question may be about; a matcher that takes more is too broad to explain.</summary>
    const int MaxAlerts = 1_000;

    /// <summary>How much is kept.</summary>
    public LedgerConfig Bounds { get; set; } = LedgerConfig.Default;

    public void Record(LedgerRow row) => RecordLater(() => row);

    /// <summary>The row is made when it is written: in a flood, rows that wait need less room than their sentences.</summary>
    public void RecordLater(Func<LedgerRow> make) => database.EnqueueNote(statements =>
    {
        var row = make();
        LedgerTables.Add(statements, row);
        if (row is not { Fingerprint: { } fingerprint, Labels.Count: > 0 }) return;
        if (fresh.TryGetValue(fingerprint, out var writtenMs) && row.AtMs - writtenMs is >= 0 and < LabelsFreshMs) return;
        if (fresh.Count >= MaxFresh) fresh.Clear();
        fresh[fingerprint] = row.AtMs;
        LedgerTables.PutAlert(statements, fingerprint, row.Labels, row.AtMs);
    });

    /// <summary>Begins to remove what is beyond the bounds: one small step at a time, with everything else that is to be written in between.</summary>
    public void Trim(long nowMs) => database.TryEnqueueNote(statements =>
    {
        var bounds = Bounds;
        if (LedgerTables.Trim(statements, nowMs - (long)bounds.Retention.TotalMilliseconds, bounds.SizeBytes, TrimmedAtOnce) > 0) Trim(nowMs);
    });

    /// <summary>Completes when what was recorded before is written, or could not be: who asks is shown what has happened already.</summary>
    public async Task CatchUpAsync()
    {
        try
        {
            await database.FlushNotesAsync();
        }
        catch (IOException)
        {
            // The log has it; what was written before can be read all the same.
        }
    }

    /// <summary>The newest rows of a span (both ends included) that fulfil all conditions; newest first.</summary>
    public IReadOnlyList<LedgerRow> Query(LedgerQuery query)
    {
        using var connection = database.Reader();
        var labels = new Dictionary<ulong, LabelSet>();
        HashSet<ulong>? wanted = null;
        if (query.Matchers.Count > 0)
        {
            foreach (var (fingerprint, set) in Alerts(connection, query.Matchers)) labels[fingerprint] = set;
            wanted = [.. labels.Keys];
            if (wanted.Count == 0) return [];
        }
        using var command = connection.CreateCommand();
        var sql = new StringBuilder("SELECT id, at_ms, step, outcome, fingerprint, alerts, receiver, integration, group_key, reason, text, status FROM ledger WHERE at_ms BETWEEN $from AND $until");
        command.Parameters.AddWithValue("$from", query.FromMs);
        command.Parameters.AddWithValue("$until", query.UntilMs);
        if (query.Receiver.Length > 0)
        {
            sql.Append(" AND receiver = $receiver");
            command.Parameters.AddWithValue("$receiver", query.Receiver);
        }
        if (wanted is not null) sql.Append(" AND (").Append(About(connection, wanted)).Append(')');
        command.CommandText = sql.Append(" ORDER BY id DESC").ToString();
        using var reader = command.ExecuteReader();
        var rows = new List<LedgerRow>();
        while (rows.Count < query.Limit && reader.Read())
        {
            var row = Read(reader);
            if (wanted is not null && row.Fingerprint is null && !row.Alerts.Any(wanted.Contains)) continue;
            rows.Add(row);
        }
        return [.. rows.Select(row => WithLabels(connection, row, labels))];
    }

    /// <summary>The condition for rows that may be about one of these alerts.</summary>
    /// <remarks>Rows about groups name no alert that an index finds. A receiver that fails for a month writes millions of them; those of other groups, and those
    /// from before the alerts, are passed over without being read.</remarks>
    static string About(SqliteConnection connection, IReadOnlySet<ulong> wanted)
    {
        var own = $"fingerprint IN ({string.Join(',', wanted.Select(fingerprint => (long)fingerprint))})"; // Numbers that we computed, so they may stand in the text.
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*), min(CASE WHEN group_key <> '' THEN at_ms END) FROM ledger WHERE {own}";
        using var reader = command.ExecuteReader();
        reader.Read();
        if (reader.GetInt64(0) == 0) return $"{own} OR fingerprint IS NULL"; // What they joined is older than the ledger.
        if (reader.IsDBNull(1)) return own; // They came into no group, as one that is pending.
        return string.Create(CultureInfo.InvariantCulture, $"{own} OR (fingerprint IS NULL AND at_ms >= {reader.GetInt64(1)} AND group_key IN (SELECT group_key FROM ledger WHERE {own}))");
    }

    /// <summary>Alerts that the ledger knows, by fingerprint.</summary>
    public IReadOnlyList<(ulong Fingerprint, LabelSet Labels)> Alerts(IReadOnlyList<LabelMatcher> matchers)
    {
        using var connection = database.Reader();
        return [.. Alerts(connection, matchers)];
    }

    static IEnumerable<(ulong, LabelSet)> Alerts(SqliteConnection connection, IReadOnlyList<LabelMatcher> matchers)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT fingerprint, labels FROM ledger_alerts ORDER BY last_ms DESC";
        using var reader = command.ExecuteReader();
        var found = 0;
        while (found < MaxAlerts && reader.Read())
        {
            var labels = LabelJson.Read(reader.GetString(1));
            if (!matchers.MatchesAll(labels)) continue;
            found++;
            yield return ((ulong)reader.GetInt64(0), labels);
        }
    }

    static LedgerRow WithLabels(SqliteConnection connection, LedgerRow row, Dictionary<ulong, LabelSet> known)
    {
        if (row.Fingerprint is not { } fingerprint) return row;
        if (!known.TryGetValue(fingerprint, out var labels))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT labels FROM ledger_alerts WHERE fingerprint = $1";
            command.Parameters.AddWithValue("$1", (long)fingerprint);
            known[fingerprint] = labels = command.ExecuteScalar() is string text ? LabelJson.Read(text) : LabelSet.Empty;
        }
        return row with { Labels = labels };
    }

    static LedgerRow Read(SqliteDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        AtMs = reader.GetInt64(1),
        Step = (LedgerStep)reader.GetInt64(2),
        Outcome = (LedgerOutcome)reader.GetInt64(3),
        Fingerprint = reader.IsDBNull(4) ? null : (ulong)reader.GetInt64(4),
        Alerts = reader.IsDBNull(5) ? [] : FingerprintBytes.Read(reader.GetFieldValue<byte[]>(5)),
        Receiver = reader.GetString(6),
        Integration = reader.GetString(7),
        GroupKey = reader.GetString(8),
        Reason = reader.GetString(9),
        Text = reader.GetString(10),
        Status = reader.IsDBNull(11) ? null : reader.GetInt32(11),
    };
}

/// <summary>What to look up in the ledger. Both ends are included.</summary>
sealed record LedgerQuery(long FromMs, long UntilMs, IReadOnlyList<LabelMatcher> Matchers, string Receiver = "", int Limit = 500);
