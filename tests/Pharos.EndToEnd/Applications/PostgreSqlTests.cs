using System.Data.Common;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pharos.AspNetCore.Database;
using Pharos.AspNetCore.Health;
using Pharos.EndToEnd.Answers;

namespace Pharos.EndToEnd.Applications;

/// <summary>Npgsql is heard through its own source and meter, against a real PostgreSQL.</summary>
public sealed class PostgreSqlTests
{
    [Fact]
    public async Task Queries_pool_and_health_of_a_real_server_are_told()
    {
        await using var server = await StoreServer.PostgreSqlAsync();
        await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={server.Port};Username=postgres;Maximum Pool Size=2;Timeout=5");
        await using var service = await WatchedService.StartAsync(checks => checks.AddDatabase(source: _ => source));
        await Eventually.HoldsAsync(async () => (await service.Client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK, () => "PostgreSQL is ready");
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
        await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={server.Port};Username=postgres");
        await using var service = await WatchedService.StartAsync(checks => checks.AddDatabase(source: _ => source));
        await Eventually.HoldsAsync(async () => (await service.Client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK, () => "PostgreSQL is ready");
        await server.DisposeAsync();

        var answer = await service.Client.GetAsync("/health/readiness");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("\"status\":\"not_ready\",\"checks\":{\"database\":false}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("health_check_status{check=\"database\"} 0\n", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
