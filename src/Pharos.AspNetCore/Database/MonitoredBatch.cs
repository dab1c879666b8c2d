using System.Data;
using System.Data.Common;

namespace Pharos.AspNetCore.Database;

/// <summary>Several statements in one round trip, measured as one of the first statement's kind.</summary>
/// <param name="connection">Null for a batch of a source, which takes a connection for itself when it is executed.</param>
sealed class MonitoredBatch(DbBatch inner, CommandWatch watch, MonitoredConnection? connection) : DbBatch
{
    MonitoredConnection? connection = connection;
    DbTransaction? transaction;

    public override int Timeout
    {
        get => inner.Timeout;
        set => inner.Timeout = value;
    }

    protected override DbBatchCommandCollection DbBatchCommands => inner.BatchCommands;

    protected override DbConnection? DbConnection
    {
        get => (DbConnection?)connection ?? inner.Connection;
        set
        {
            connection = value as MonitoredConnection;
            inner.Connection = connection?.Inner ?? value;
        }
    }

    protected override DbTransaction? DbTransaction
    {
        get => transaction;
        set
        {
            transaction = value;
            inner.Transaction = MonitoredTransaction.Unwrap(value);
        }
    }

    public override void Cancel() => inner.Cancel();

    public override void Prepare() => inner.Prepare();

    public override Task PrepareAsync(CancellationToken cancellationToken = default) => inner.PrepareAsync(cancellationToken);

    public override int ExecuteNonQuery() => Measure(static batch => batch.ExecuteNonQuery());

    public override object? ExecuteScalar() => Measure(static batch => batch.ExecuteScalar());

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => MeasureAsync(static (batch, cancellation) => batch.ExecuteNonQueryAsync(cancellation), cancellationToken);

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => MeasureAsync(static (batch, cancellation) => batch.ExecuteScalarAsync(cancellation), cancellationToken);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    public override void Dispose() => inner.Dispose();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Measure(batch => batch.ExecuteReader(behavior));

    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        MeasureAsync((batch, cancellation) => batch.ExecuteReaderAsync(behavior, cancellation), cancellationToken);

    protected override DbBatchCommand CreateDbBatchCommand() => inner.CreateBatchCommand();

    string? Sql => inner.BatchCommands.Count > 0 ? inner.BatchCommands[0].CommandText : null;

    T Measure<T>(Func<DbBatch, T> execute) => watch.Measure(Sql, connection?.Inner, inner, execute);

    Task<T> MeasureAsync<T>(Func<DbBatch, CancellationToken, Task<T>> execute, CancellationToken cancellation) =>
        watch.MeasureAsync(Sql, connection?.Inner, inner, execute, cancellation);
}
