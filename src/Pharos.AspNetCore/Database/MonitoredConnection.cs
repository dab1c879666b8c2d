using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Transactions;
using IsolationLevel = System.Data.IsolationLevel;

namespace Pharos.AspNetCore.Database;

/// <summary>A connection that passes everything on and measures its commands.</summary>
sealed class MonitoredConnection : DbConnection
{
    readonly CommandWatch watch;
    ConnectionState counted;

    public MonitoredConnection(DbConnection inner, CommandWatch watch)
    {
        (Inner, this.watch) = (inner, watch);
        Count(inner.State);
        inner.StateChange += InnerChanged;
    }

    public DbConnection Inner { get; }

    [AllowNull]
    public override string ConnectionString
    {
        get => Inner.ConnectionString;
        set => Inner.ConnectionString = value;
    }

    public override string Database => Inner.Database;

    public override string DataSource => Inner.DataSource;

    public override string ServerVersion => Inner.ServerVersion;

    public override ConnectionState State => Inner.State;

    public override int ConnectionTimeout => Inner.ConnectionTimeout;

    public override bool CanCreateBatch => Inner.CanCreateBatch;

    protected override DbProviderFactory? DbProviderFactory => DbProviderFactories.GetFactory(Inner);

    public override void Open()
    {
        using var opening = watch.Pool.Opening();
        Inner.Open();
    }

    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        using var opening = watch.Pool.Opening();
        await Inner.OpenAsync(cancellationToken);
    }

    public override void Close() => Inner.Close();

    public override Task CloseAsync() => Inner.CloseAsync();

    public override void ChangeDatabase(string databaseName) => Inner.ChangeDatabase(databaseName);

    public override Task ChangeDatabaseAsync(string databaseName, CancellationToken cancellationToken = default) => Inner.ChangeDatabaseAsync(databaseName, cancellationToken);

    public override void EnlistTransaction(Transaction? transaction) => Inner.EnlistTransaction(transaction);

    public override DataTable GetSchema() => Inner.GetSchema();

    public override DataTable GetSchema(string collectionName) => Inner.GetSchema(collectionName);

    public override DataTable GetSchema(string collectionName, string?[] restrictionValues) => Inner.GetSchema(collectionName, restrictionValues);

    public override async ValueTask DisposeAsync()
    {
        await Inner.DisposeAsync();
        Forget();
        GC.SuppressFinalize(this); // A component has a finalizer, which the base class would have suppressed.
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => new MonitoredTransaction(Inner.BeginTransaction(isolationLevel), this);

    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        new MonitoredTransaction(await Inner.BeginTransactionAsync(isolationLevel, cancellationToken), this);

    protected override DbCommand CreateDbCommand() => new MonitoredCommand(Inner.CreateCommand(), watch, this);

    protected override DbBatch CreateDbBatch() => new MonitoredBatch(Inner.CreateBatch(), watch, this);

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        Inner.Dispose();
        Forget();
    }

    /// <summary>Some providers tell nothing when a connection is disposed while open.</summary>
    void Forget()
    {
        Inner.StateChange -= InnerChanged;
        Count(ConnectionState.Closed);
    }

    void InnerChanged(object sender, StateChangeEventArgs change)
    {
        Count(change.CurrentState);
        OnStateChange(change);
    }

    void Count(ConnectionState now)
    {
        watch.Pool.Changed(counted, now);
        counted = now;
    }
}
