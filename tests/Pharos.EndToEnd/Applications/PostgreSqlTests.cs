using System.Data.Common;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pharos.AspNetCore.Database;
using Pharos.AspNetCore.Health;

namespace Pharos.EndToEnd.Applications;

/// <summary>Npgsql is heard through its own source and meter, against a real PostgreSQL.</summary>
public sealed class PostgreSqlTests
{
    [Fact]
    public async Task Queries_pool_and_health_of_a_real_server_are_told()
    {
        await using var server = await StoreServer.PostgreSqlAsync();
        await using var source = NpgsqlDataSource.Create($"{server.ConnectionString};Maximum Pool Size=2");
        await using var service = await WatchedService.StartAsync(checks => checks.AddDatabase(source: _ => source));
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health/ready")).StatusCode);
        Assert.Same(source, service.Services.GetRequiredService<DatabaseMonitor>().Wrap((DbDataSource)source)); // It tells everything itself.

        await ExecuteAsync(source, "create table t (a int)");
        await ExecuteAsync(source, "insert into t values (1)");
        await ExecuteAsync(source, "with x as (select 1) update t set a = 2");
        await ExecuteAsync(source, "delete from t");
        await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(source, "insert into missing values (1)"));
        await using var first = await source.OpenConnectionAsync();
        await using var second = await source.OpenConnectionAsync();
        using var patience = new CancellationTokenSource();
        var third = source.OpenConnectionAsync(patience.Token).AsTask();

        var text = await service.Client.GetStringAsync("/metrics");

        Assert.Contains("db_query_duration_seconds_count{query_type=\"insert\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"update\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"delete\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_errors_total{query_type=\"insert\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_connection_pool_size{status=\"checked_out\"} 2\ndb_connection_pool_size{status=\"checked_in\"} 0\ndb_connection_pool_size{status=\"overflow\"} 1\n", text, StringComparison.Ordinal);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
    }

    [Fact]
    public async Task A_server_that_is_gone_makes_the_service_not_ready_in_time()
    {
        var server = await StoreServer.PostgreSqlAsync();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var service = await WatchedService.StartAsync(checks => checks.AddDatabase(source: _ => source));
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health/ready")).StatusCode);
        await server.DisposeAsync();

        var answer = await service.Client.GetAsync("/health/readiness");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("\"status\":\"not_ready\",\"checks\":{\"database\":false}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("health_check_status{check=\"database\"} 0\n", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_is_one_measurement_whether_Npgsql_is_heard_or_wrapped(bool isHeard)
    {
        await using var server = await StoreServer.PostgreSqlAsync();
        await using var service = await WatchedService.StartAsync(_ => { }, options => options.Database.ListensToNpgsql = isHeard);
        await using var source = service.Services.GetRequiredService<DatabaseMonitor>().Wrap((DbDataSource)NpgsqlDataSource.Create($"{server.ConnectionString};Maximum Pool Size=7"));
        await using var connection = await OpenAsync(source);

        await using (var batch = connection.CreateBatch())
        {
            foreach (var sql in (string[])["insert into t (a) values ($1)", "insert into t (a) values ($1)", "delete from t where a = $1"])
            {
                var statement = batch.CreateBatchCommand();
                statement.CommandText = sql;
                statement.Parameters.Add(new NpgsqlParameter { Value = 1 });
                batch.BatchCommands.Add(statement);
            }
            batch.Transaction = await connection.BeginTransactionAsync();
            Assert.Equal(4, await batch.ExecuteNonQueryAsync());
            await batch.Transaction.CommitAsync();
        }
        await using (var batch = source.CreateBatch())
        {
            foreach (var sql in (string[])["select 1", "select 2"])
            {
                var statement = batch.CreateBatchCommand();
                statement.CommandText = sql;
                batch.BatchCommands.Add(statement);
            }
            await using var reader = await batch.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync() && await reader.NextResultAsync() && await reader.ReadAsync());
            Assert.Equal(2, reader.GetInt32(0));
        }

        var text = await service.Client.GetStringAsync("/metrics");
        Assert.Contains("db_query_duration_seconds_count{query_type=\"insert\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"select\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("db_query_duration_seconds_count{query_type=\"delete\"}", text, StringComparison.Ordinal);
        var idle = isHeard ? 1 : 0; // From outside nobody sees what the batch of a source took.
        Assert.Contains($"db_connection_pool_size{{status=\"checked_out\"}} 1\ndb_connection_pool_size{{status=\"checked_in\"}} {idle}\ndb_connection_pool_size{{status=\"overflow\"}} 0\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EF_Core_is_measured_once_whether_Npgsql_is_heard_or_wrapped(bool isHeard)
    {
        await using var server = await StoreServer.PostgreSqlAsync();
        await using var service = await WatchedService.StartAsync(_ => { }, options => options.Database.ListensToNpgsql = isHeard);
        await using var source = service.Services.GetRequiredService<DatabaseMonitor>().Wrap((DbDataSource)NpgsqlDataSource.Create(server.ConnectionString));
        await using var connection = await OpenAsync(source);
        await using var shelf = new Shelf(connection);

        shelf.Lamps.Add(new Lamp { A = 1 });
        await shelf.SaveChangesAsync();
        await using (var transaction = await shelf.Database.BeginTransactionAsync())
        {
            (await shelf.Lamps.SingleAsync()).Names = ["storm", "harbour"];
            await shelf.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        Assert.Equal(1, await shelf.Lamps.CountAsync(lamp => lamp.Names.Contains("storm")));
        var text = await service.Client.GetStringAsync("/metrics");
        Assert.Contains("db_query_duration_seconds_count{query_type=\"insert\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"update\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"select\"} 2\n", text, StringComparison.Ordinal);
    }

    /// <summary>Npgsql inside another library's wrapper, which hides it: the wrapped command and Npgsql's span are of one statement.</summary>
    [Fact]
    public async Task A_wrapped_command_that_Npgsql_tells_of_too_is_counted_once()
    {
        await using var server = await StoreServer.PostgreSqlAsync();
        await using var wrapping = await WatchedService.StartAsync(_ => { }, options => options.Database.ListensToNpgsql = false);
        await using var hidden = wrapping.Services.GetRequiredService<DatabaseMonitor>().Wrap((DbDataSource)NpgsqlDataSource.Create(server.ConnectionString));
        await using var service = await WatchedService.StartAsync(_ => { });
        await using var foreign = new ForeignSource(hidden);
        await using var source = service.Services.GetRequiredService<DatabaseMonitor>().Wrap(foreign);
        await using var connection = await OpenAsync(source);

        await using var command = connection.CreateCommand();
        command.CommandText = "select 1 union select 2";
        Assert.Equal(1, await command.ExecuteScalarAsync());
        await using (var reader = command.ExecuteReader()) Assert.True(reader.Read());
        await using (var reader = await command.ExecuteReaderAsync()) Assert.True(await reader.ReadAsync());

        Assert.Contains("db_query_duration_seconds_count{query_type=\"select\"} 3\n", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    /// <summary>With a table.</summary>
    static async Task<DbConnection> OpenAsync(DbDataSource source)
    {
        var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "create table t (id bigint generated always as identity, a int, names text[])";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A source of some other library.</summary>
    sealed class ForeignSource(DbDataSource inner) : DbDataSource
    {
        public override string ConnectionString => inner.ConnectionString;

        protected override DbConnection CreateDbConnection() => inner.CreateConnection();
    }

    sealed class Shelf(DbConnection connection) : DbContext
    {
        public DbSet<Lamp> Lamps => Set<Lamp>();

        protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql(connection);

        protected override void OnModelCreating(ModelBuilder model) => model.Entity<Lamp>(lamp =>
        {
            lamp.ToTable("t");
            lamp.Property(one => one.Id).HasColumnName("id");
            lamp.Property(one => one.A).HasColumnName("a");
            lamp.Property(one => one.Names).HasColumnName("names");
        });
    }

    sealed class Lamp
    {
        public long Id { get; set; }

        public int A { get; set; }

        public string[] Names { get; set; } = [];
    }
}
