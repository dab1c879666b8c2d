using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Database;

namespace Pharos.Tests.AspNetCore.Database;

/// <summary>The wrappers around a real SQLite.</summary>
public sealed class SqliteTests : IAsyncLifetime
{
    readonly KeptLog log = new();
    readonly string path = Path.Combine(Path.GetTempPath(), $"pharos-{Guid.NewGuid():N}.db");
    RunningApplication app = null!;
    DbDataSource source = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RunningApplication.StartAsync(configure: options => options.Database.SlowQuery = TimeSpan.FromTicks(1), build: builder => builder.Logging.AddProvider(log));
        source = app.Services.GetRequiredService<DatabaseMonitor>().Wrap(SqliteFactory.Instance.CreateDataSource($"Data Source={path};Pooling=False"));
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await app.DisposeAsync();
        File.Delete(path);
    }

    [Fact]
    public void The_SQLite_that_comes_along_has_no_known_flaw()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();

        Assert.True(new Version(connection.ServerVersion) >= new Version(3, 50, 2), connection.ServerVersion); // GHSA-2m69-gcr7-jv3q is mended there.
    }

    [Fact]
    public async Task Every_way_to_run_a_statement_is_measured_by_its_kind()
    {
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "create table t (a)";
        command.ExecuteNonQuery();
        command.CommandText = "insert into t values (@a)";
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@a", 7);
        command.Parameters.Add(parameter);
        await command.ExecuteNonQueryAsync(Cancellation);
        command.Parameters.Clear();
        command.CommandText = "select a from t";
        Assert.Equal(7L, command.ExecuteScalar());
        Assert.Equal(7L, await command.ExecuteScalarAsync(Cancellation));
        await using (var reader = await command.ExecuteReaderAsync(Cancellation)) Assert.True(await reader.ReadAsync(Cancellation));
        using (var reader = command.ExecuteReader(CommandBehavior.SingleRow)) Assert.True(reader.Read());
        await using var direct = source.CreateCommand("update t set a = 8");
        Assert.Equal(1, await direct.ExecuteNonQueryAsync(Cancellation));

        var text = await app.MetricsAsync();

        Assert.Contains("db_query_duration_seconds_count{query_type=\"other\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"insert\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"select\"} 4\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"update\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transactions_go_through_the_wrapper()
    {
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        Execute(connection, "create table t (a)");
        await using (var transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            Assert.Same(connection, transaction.Connection);
            Execute(connection, "insert into t values (1)", transaction);
            await transaction.RollbackAsync(Cancellation);
            Assert.Null(transaction.Connection);
        }
        using (var transaction = connection.BeginTransaction(IsolationLevel.Serializable))
        {
            Execute(connection, "insert into t values (2)", transaction);
            transaction.Commit();
        }

        Assert.Equal(2L, Scalar(connection, "select sum(a) from t"));
    }

    [Fact]
    public async Task A_failing_statement_throws_as_ever_and_is_counted()
    {
        await using var connection = await source.OpenConnectionAsync(Cancellation);

        Assert.Throws<SqliteException>(() => Execute(connection, "delete from missing"));
        await Assert.ThrowsAsync<SqliteException>(async () =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "delete from missing";
            await command.ExecuteNonQueryAsync(Cancellation);
        });

        Assert.Contains("db_query_errors_total{query_type=\"delete\"} 2\n", await app.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pool_tells_what_is_out_what_is_back_and_what_is_too_much()
    {
        var small = app.Services.GetRequiredService<DatabaseMonitor>().Wrap(new SqliteConnection($"Data Source={path}"));
        var open = Enumerable.Range(0, 3).Select(_ => source.OpenConnection()).ToArray();
        await open[0].CloseAsync();
        open[1].Dispose();
        open[1].Dispose();

        Assert.Contains("db_connection_pool_size{status=\"checked_out\"} 1\ndb_connection_pool_size{status=\"checked_in\"} 2\ndb_connection_pool_size{status=\"overflow\"} 0\n", await app.MetricsAsync(), StringComparison.Ordinal);
        foreach (var connection in open) await connection.DisposeAsync();
        await small.DisposeAsync();
        Assert.Contains("db_connection_pool_size{status=\"checked_out\"} 0\ndb_connection_pool_size{status=\"checked_in\"} 3\n", await app.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_is_disposed_takes_its_pool_along()
    {
        var monitor = app.Services.GetRequiredService<DatabaseMonitor>();
        for (var tenant = 0; tenant < 150; tenant++)
        {
            await using var own = monitor.Wrap(SqliteFactory.Instance.CreateDataSource($"Data Source={path};Pooling=False"));
            await using var connection = await own.OpenConnectionAsync(Cancellation);
        }
        await using var last = await source.OpenConnectionAsync(Cancellation);

        Assert.Contains("db_connection_pool_size{status=\"checked_out\"} 1\ndb_connection_pool_size{status=\"checked_in\"} 0\n", await app.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Callers_above_the_size_of_the_pool_are_overflow()
    {
        var pool = DatabasePool.Of("Host=x;Maximum Pool Size=2");
        pool.Changed(ConnectionState.Closed, ConnectionState.Open);
        pool.Changed(ConnectionState.Closed, ConnectionState.Open);
        using (pool.Opening())
        using (pool.Opening())
        {
            Assert.Equal((2, 0, 2), (pool.CheckedOut, pool.CheckedIn, pool.Overflow));
        }
        Assert.Equal((2, 0, 0), (pool.CheckedOut, pool.CheckedIn, pool.Overflow));
        Assert.Equal(0, DatabasePool.Of("not a connection string").Overflow);
    }

    [Fact]
    public async Task A_slow_statement_is_logged_without_its_literals()
    {
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        Scalar(connection, "select 'secret', 42 -- secret");

        Assert.Contains(log.Lines, line => line.StartsWith("Slow query: ", StringComparison.Ordinal) && line.EndsWith("ms, select: select ?, ?", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_statement_is_a_span_of_the_request_that_ran_it()
    {
        var spans = new List<Activity>();
        using var own = new ActivitySource($"test-{Guid.NewGuid()}");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name is DatabaseMonitor.ActivitySourceName || candidate.Name == own.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans) spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        using (var request = own.StartActivity("request")!)
        {
            Scalar(connection, "select 'secret'");
            Assert.Throws<SqliteException>(() => Scalar(connection, "select no_such_column"));
            Activity[] statements;
            lock (spans) statements = [.. spans.Where(span => span.ParentSpanId == request.SpanId)];

            Assert.Equal(["SELECT", "SELECT"], statements.Select(span => span.DisplayName));
            Assert.Equal("select ?", statements[0].GetTagItem("db.query.text"));
            Assert.Equal("sqlite", statements[0].GetTagItem("db.system.name"));
            Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], statements.Select(span => span.Status));
        }
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static void Execute(DbConnection connection, string sql, DbTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }

    static object? Scalar(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
