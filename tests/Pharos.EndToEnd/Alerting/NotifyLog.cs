using Microsoft.Data.Sqlite;

namespace Pharos.EndToEnd.Alerting;

/// <summary>The log of notifications of a running server, read beside it.</summary>
static class NotifyLog
{
    /// <summary>Whether something that was told is on disk, some milliseconds after the receiver's answer: from then on a kill makes nobody tell it again.</summary>
    public static bool HasRows(string dataFolder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dataFolder, "alerting", "alerting.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM notify_log";
        return (long)command.ExecuteScalar()! > 0;
    }
}
