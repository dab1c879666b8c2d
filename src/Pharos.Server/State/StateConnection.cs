using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Pharos.Server.State;

/// <summary>Opens the files of small state: brings them to the newest format, looks whether they are sound, and sets broken ones aside.</summary>
static partial class StateConnection
{
    /// <summary>The first connection of a start.</summary>
    /// <exception cref="IOException">The file cannot be used, or a newer program wrote it; it is left as it is.</exception>
    public static SqliteConnection Open(string path, StateFile file, TimeProvider time, ILogger logger)
    {
        try
        {
            return Begin(path, file);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            var aside = $"{path}.broken-{time.GetUtcNow().ToUnixTimeSeconds()}";
            SqliteConnection.ClearAllPools();
            File.Move(path, aside);
            foreach (var part in (string[])["-wal", "-shm"]) File.Delete(path + part);
            SetAside(logger, file.Name, aside, error.Message, file.WhenLost);
            return Begin(path, file);
        }
        catch (SqliteException error)
        {
            throw new IOException($"{path} cannot be used: {error.Message}", error);
        }
    }

    /// <summary>Another connection to a file that was opened before.</summary>
    public static SqliteConnection Again(string path) => Connect(path, Prepare);

    public static List<T> Rows<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    public static void Run(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    /// <summary>A column that may be null.</summary>
    public static long? Optional(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    static SqliteConnection Begin(string path, StateFile file) => Connect(path, connection =>
    {
        var found = Rows(connection, "PRAGMA user_version", row => row.GetInt64(0))[0];
        if (found > file.Version) throw new IOException($"{path} was written by a newer Pharos: its format is {found}, this one knows up to {file.Version}. Run the newer one, or move the file away to begin anew");
        Prepare(connection);
        if (file.StepsFrom(found) is { Count: > 0 } steps) Migrate(connection, steps);
        Check(connection, file);
    });

    static SqliteConnection Connect(string path, Action<SqliteConnection> prepare)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static void Prepare(SqliteConnection connection)
    {
        Run(connection, "PRAGMA journal_mode = WAL");
        Run(connection, "PRAGMA busy_timeout = 30000"); // Somebody may look into the file with a tool of his own.
        Run(connection, "PRAGMA cache_size = -8192"); // KiB: a flood of ten thousand alerts fits, and is written once.
    }

    /// <summary>All steps or none: a kill in their middle leaves the file in the format that it had.</summary>
    static void Migrate(SqliteConnection connection, IReadOnlyList<Migration> steps)
    {
        using var all = connection.BeginTransaction();
        foreach (var step in steps) Run(connection, step.Sql, all);
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {steps[^1].Number}"), all);
        all.Commit();
    }

    /// <summary>Reads the tables that rooms load at the start, so that damage is met here and not in the midst of their work.</summary>
    static void Check(SqliteConnection connection, StateFile file)
    {
        foreach (var table in Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'", row => row.GetString(0)).Where(file.IsChecked))
        {
            var told = Rows(connection, $"PRAGMA quick_check('{table}')", row => row.GetString(0));
            if (told is not ["ok"]) throw new SqliteException($"table {table}: {string.Join("; ", told.Take(3))}", SQLitePCL.raw.SQLITE_CORRUPT);
        }
    }

    [LoggerMessage(LogLevel.Error, "The {Name} state was damaged and is set aside as {Path}: {Reason}. {WhenLost}")]
    static partial void SetAside(ILogger logger, string name, string path, string reason, string whenLost);
}
