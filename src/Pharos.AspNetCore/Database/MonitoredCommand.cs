using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Pharos.AspNetCore.Database;

/// <summary>A command that passes everything on and tells how long the database took until it answered.</summary>
sealed class MonitoredCommand(DbCommand inner, CommandWatch watch, MonitoredConnection connection) : DbCommand
{
    MonitoredConnection? connection = connection;
    DbTransaction? transaction;

    [AllowNull]
    public override string CommandText
    {
        get => inner.CommandText;
        set => inner.CommandText = value;
    }

    public override int CommandTimeout
    {
        get => inner.CommandTimeout;
        set => inner.CommandTimeout = value;
    }

    public override CommandType CommandType
    {
        get => inner.CommandType;
        set => inner.CommandType = value;
    }

    public override bool DesignTimeVisible
    {
        get => inner.DesignTimeVisible;
        set => inner.DesignTimeVisible = value;
    }

    public override UpdateRowSource UpdatedRowSource
    {
        get => inner.UpdatedRowSource;
        set => inner.UpdatedRowSource = value;
    }

    protected override DbConnection? DbConnection
    {
        get => (DbConnection?)connection ?? inner.Connection;
        set
        {
            connection = value as MonitoredConnection;
            inner.Connection = connection?.Inner ?? value;
        }
    }

    protected override DbParameterCollection DbParameterCollection => inner.Parameters;

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

    public override int ExecuteNonQuery() => Measure(static command => command.ExecuteNonQuery());

    public override object? ExecuteScalar() => Measure(static command => command.ExecuteScalar());

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) => MeasureAsync(static (command, cancellation) => command.ExecuteNonQueryAsync(cancellation), cancellationToken);

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) => MeasureAsync(static (command, cancellation) => command.ExecuteScalarAsync(cancellation), cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        GC.SuppressFinalize(this); // A component has a finalizer, which the base class would have suppressed.
    }

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Measure(command => command.ExecuteReader(behavior));

    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        MeasureAsync((command, cancellation) => command.ExecuteReaderAsync(behavior, cancellation), cancellationToken);

    protected override DbParameter CreateDbParameter() => inner.CreateParameter();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
    }

    /// <summary>Names of procedures and tables are no statements.</summary>
    string? Sql => CommandType == CommandType.Text ? CommandText : null;

    T Measure<T>(Func<DbCommand, T> execute) => watch.Measure(Sql, inner.Connection, inner, execute);

    Task<T> MeasureAsync<T>(Func<DbCommand, CancellationToken, Task<T>> execute, CancellationToken cancellation) =>
        watch.MeasureAsync(Sql, inner.Connection, inner, execute, cancellation);
}
