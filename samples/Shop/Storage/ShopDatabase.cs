using System.Data.Common;
using Npgsql;
using Shop.Operating;

namespace Shop.Storage;

/// <summary>The shop's tables, in SQLite or PostgreSQL: the statements are the same for both.</summary>
/// <remarks>Values reach a statement as parameters only.</remarks>
sealed class ShopDatabase(DbDataSource source, Switches switches)
{
    const string SlowInSqlite = "SELECT pause(1200)";
    const string SlowInPostgres = "SELECT pg_sleep(1.2)";

    // One statement each: what a provider does with several in one command differs.
    static readonly string[] Schema =
    [
        "CREATE TABLE IF NOT EXISTS orders (id {identity}, product TEXT NOT NULL, quantity INTEGER NOT NULL, total_cents BIGINT NOT NULL, paid_cents BIGINT NOT NULL DEFAULT 0)",
        "CREATE TABLE IF NOT EXISTS accounts (email TEXT PRIMARY KEY, salt TEXT NOT NULL, hash TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0)",
        "CREATE TABLE IF NOT EXISTS trades (id {identity}, transaction_type TEXT NOT NULL, symbol TEXT NOT NULL, quantity INTEGER NOT NULL)",
    ];

    /// <summary>The provider that a connection string is for: with <c>Host=</c> PostgreSQL, otherwise SQLite.</summary>
    public static DbDataSource OpenSource(string connectionString) => IsPostgres(connectionString) ? NpgsqlDataSource.Create(connectionString) : new SqliteSource(connectionString);

    /// <summary>A file of the user's own, where nothing was configured.</summary>
    public static string DefaultConnectionString()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        var folder = Directory.CreateDirectory(Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "pharos", "shop"));
        return $"Data Source={Path.Combine(folder.FullName, "shop.db")}";
    }

    public async Task CreateTablesAsync(CancellationToken cancellation)
    {
        var isPostgres = IsPostgres(source.ConnectionString);
        var identity = isPostgres ? "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT";
        await using var connection = await source.OpenConnectionAsync(cancellation);
        // The file remembers: readers go on beside a writer.
        foreach (var statement in isPostgres ? Schema : ["PRAGMA journal_mode = wal", .. Schema])
        {
            await using var command = NewCommand(connection, statement.Replace("{identity}", identity, StringComparison.Ordinal), []);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>The first column of the first row; null when there is none.</summary>
    public async Task<object?> ScalarAsync(string sql, CancellationToken cancellation, params (string Name, object Value)[] parameters)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = NewCommand(connection, sql, parameters);
        return await command.ExecuteScalarAsync(cancellation) is { } value and not DBNull ? value : null;
    }

    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params (string Name, object Value)[] parameters)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = NewCommand(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<List<T>> RowsAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellation, params (string Name, object Value)[] parameters)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = NewCommand(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(read(reader));
        return rows;
    }

    static bool IsPostgres(string connectionString) => connectionString.Contains("Host=", StringComparison.OrdinalIgnoreCase);

    async ValueTask<DbConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = await source.OpenConnectionAsync(cancellation);
        if (!switches.SlowDatabase) return connection;
        await using var pause = NewCommand(connection, IsPostgres(source.ConnectionString) ? SlowInPostgres : SlowInSqlite, []);
        await pause.ExecuteScalarAsync(cancellation);
        return connection;
    }

    static DbCommand NewCommand(DbConnection connection, string sql, (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
