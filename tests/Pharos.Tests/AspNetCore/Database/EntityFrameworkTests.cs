using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pharos.AspNetCore.Database;

namespace Pharos.Tests.AspNetCore.Database;

/// <summary>The real EF Core over a wrapped connection of a real SQLite: it makes commands, transactions and parameters in ways of its own.</summary>
public sealed class EntityFrameworkTests : IAsyncLifetime
{
    readonly string path = Path.Combine(Path.GetTempPath(), $"pharos-{Guid.NewGuid():N}.db");
    RunningApplication app = null!;
    DbConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RunningApplication.StartAsync();
        connection = app.Services.GetRequiredService<DatabaseMonitor>().Wrap(new SqliteConnection($"Data Source={path};Pooling=False"));
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await app.DisposeAsync();
        File.Delete(path);
    }

    [Fact]
    public async Task What_EF_Core_writes_and_reads_goes_through_the_wrapper_and_is_measured()
    {
        await using var shelf = new Shelf(connection);
        await shelf.Database.EnsureCreatedAsync(Cancellation);
        shelf.Lamps.AddRange(new Lamp { Name = "storm", Price = 49.9m }, new Lamp { Name = "harbour", Price = 12m });
        await shelf.SaveChangesAsync(Cancellation);
        var storm = shelf.Lamps.Single(lamp => lamp.Name == "storm");
        storm.Price = 39.9m;
        shelf.SaveChanges();
        shelf.Lamps.Remove(await shelf.Lamps.SingleAsync(lamp => lamp.Name == "harbour", Cancellation));
        await shelf.SaveChangesAsync(Cancellation);
        shelf.ChangeTracker.Clear();

        Assert.Equal(39.9m, (await shelf.Lamps.FromSqlInterpolated($"SELECT * FROM Lamps WHERE Name = {"storm"}").AsNoTracking().SingleAsync(Cancellation)).Price);
        Assert.Equal(1, await shelf.Lamps.CountAsync(Cancellation));
        var text = await app.MetricsAsync();
        Assert.Contains("db_query_duration_seconds_count{query_type=\"insert\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"update\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"delete\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("db_query_duration_seconds_count{query_type=\"select\"} 4\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("db_query_errors_total{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_with_a_savepoint_and_a_fault_inside_leaves_what_was_committed()
    {
        await using var shelf = new Shelf(connection);
        await shelf.Database.EnsureCreatedAsync(Cancellation);
        await using (var transaction = await shelf.Database.BeginTransactionAsync(Cancellation))
        {
            shelf.Lamps.Add(new Lamp { Name = "storm" });
            await shelf.SaveChangesAsync(Cancellation);
            shelf.Lamps.Add(new Lamp { Name = "storm" });
            await Assert.ThrowsAsync<DbUpdateException>(() => shelf.SaveChangesAsync(Cancellation)); // EF Core goes back to a savepoint of its own.
            await transaction.CommitAsync(Cancellation);
        }
        shelf.ChangeTracker.Clear();

        Assert.Equal(1, await shelf.Lamps.CountAsync(Cancellation));
        Assert.Contains("db_query_errors_total{query_type=\"insert\"} 1\n", await app.MetricsAsync(), StringComparison.Ordinal);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    sealed class Shelf(DbConnection connection) : DbContext
    {
        public DbSet<Lamp> Lamps => Set<Lamp>();

        protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseSqlite(connection);

        protected override void OnModelCreating(ModelBuilder model) => model.Entity<Lamp>().HasIndex(lamp => lamp.Name).IsUnique();
    }

    sealed class Lamp
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";

        public decimal Price { get; set; }
    }
}
