using System.Data.Common;

namespace Pharos.AspNetCore.Database;

/// <summary>Hands out wrapped connections of another source.</summary>
sealed class MonitoredDataSource(DbDataSource inner, CommandWatch watch) : DbDataSource
{
    public override string ConnectionString => inner.ConnectionString;

    protected override DbConnection CreateDbConnection() => new MonitoredConnection(inner.CreateConnection(), watch);

    /// <summary>The inner source opens it: what a provider does there besides, such as asking for a password or choosing a host, is not left out.</summary>
    protected override DbConnection OpenDbConnection()
    {
        using var opening = watch.Pool.Opening();
        return new MonitoredConnection(inner.OpenConnection(), watch);
    }

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        using var opening = watch.Pool.Opening();
        return new MonitoredConnection(await inner.OpenConnectionAsync(cancellationToken), watch);
    }

    /// <summary>Of the inner source: .NET's own one over a connection cannot make the commands of a batch.
    /// The connection that it takes for itself is not seen in the pool.</summary>
    protected override DbBatch CreateDbBatch() => new MonitoredBatch(inner.CreateBatch(), watch, connection: null);

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        inner.Dispose();
        watch.ForgetPool();
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await inner.DisposeAsync();
        watch.ForgetPool();
    }
}
