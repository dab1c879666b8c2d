using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Shop.Storage;

/// <summary>Connections to a SQLite file.</summary>
/// <remarks>It adds one function to SQL, <c>pause(milliseconds)</c>, so that a query can be as slow as the switch wants it to be.</remarks>
sealed class SqliteSource(string connectionString) : DbDataSource
{
    static readonly SemaphoreSlim NeverReleased = new(0);

    public override string ConnectionString => connectionString;

    protected override DbConnection CreateDbConnection()
    {
        var connection = new SqliteConnection(connectionString);
        connection.CreateFunction("pause", (int milliseconds) => NeverReleased.Wait(milliseconds)); // Kept, and given to SQLite when the connection opens.
        return connection;
    }
}
