using System.Data.Common;

namespace Pharos.AspNetCore.Database;

/// <summary>Hands out wrapped connections of another source.</summary>
sealed class MonitoredDataSource(DbDataSource inner, CommandWatch watch) : DbDataSource
{
    public override string ConnectionString => inner.ConnectionString;

    protected override DbConnection CreateDbConnection() => new MonitoredConnection(inner.CreateConnection(), watch);

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
    }

    protected override ValueTask DisposeAsyncCore() => inner.DisposeAsync();
}
