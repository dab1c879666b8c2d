using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Shop.Storage;

/// <summary>Connections to a SQLite file, each ready for use by several requests at once.</summary>
/// <remarks>It adds one function to SQL, <c>pause(milliseconds)</c>, so that a query can be as slow as the switch wants it to be.</remarks>
sealed class SqliteSource : DbDataSource
{
    static readonly SemaphoreSlim NeverReleased = new(0);

    static SqliteSource() => SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());

    public SqliteSource(string connectionString) => ConnectionString = connectionString;

    public override string ConnectionString { get; }

    protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);

    protected override DbConnection OpenDbConnection()
    {
        var connection = new SqliteConnection(ConnectionString);
        try
        {
            connection.Open();
            connection.CreateFunction("pause", (int milliseconds) => NeverReleased.Wait(milliseconds), isDeterministic: false);
            using var command = connection.CreateCommand();
            // Readers and a writer beside each other; a second writer waits instead of failing.
            command.CommandText = "PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA busy_timeout = 5000;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // SQLite works in this process: there is nothing to wait for.
    protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(OpenDbConnection());
}
