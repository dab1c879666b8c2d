using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Notifiers;
using Pharos.Server.Alerting.Persistence;

namespace Pharos.Tests.Server.Alerting.Persistence;

public sealed class AlertDatabaseTests : IAsyncLifetime
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pharos-database-");
    AlertDatabase database = null!;

    public ValueTask InitializeAsync()
    {
        database = AlertDatabase.Open(folder.FullName, TimeProvider.System, NullLogger.Instance);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "http://p/graph?a=b&c")]
    [InlineData("é 😀 \"quoted\" \\ \n \u0000 end", "é")]
    public async Task Texts_come_back_as_they_were(string value, string url)
    {
        var labels = LabelSet.From(("alertname", "A"), ("value", value));
        var alert = new KnownAlert(new(labels, LabelSet.From(("summary", value)), 1, 2, url), AlertFingerprint.Of(labels), 3, HasTimeout: false);
        var key = new NotifyLogKey($"{{}}:{value}", "team", "fake[0]");
        database.Enqueue(statements => statements.Put(alert));
        database.Enqueue(statements => statements.Put(key, new(4, new HashSet<ulong> { 1, ulong.MaxValue }, new HashSet<ulong>(), new HashSet<ulong> { 7 }, value, 5, labels)));
        await database.FlushAsync();

        var (alerts, log) = (new AlertBook(), new NotifyLog());
        AlertStateReader.Load(database, alerts, new(), log, new());
        Assert.Equal(alert, Assert.Single(alerts.All));
        var entry = log.Find(key)!;
        Assert.Equal((4, value, 5, labels), (entry.AtMs, entry.State, entry.ExpiresMs, entry.GroupLabels));
        Assert.Equal([1, ulong.MaxValue], entry.Firing.Order().ToList());
        Assert.Empty(entry.Resolved);
        Assert.Equal([7UL], entry.Owed);
    }

    [Fact]
    public async Task A_fault_undoes_the_whole_batch_is_told_to_who_waits_and_ends_with_it()
    {
        database.Enqueue(statements =>
        {
            statements.PutMoment("lost", 1);
            throw new SqliteException("database or disk is full", 13);
        });
        var error = await Assert.ThrowsAsync<IOException>(database.FlushAsync);
        Assert.Contains("database or disk is full", error.Message, StringComparison.Ordinal);

        database.Enqueue(statements => statements.PutMoment("kept", 2));
        await database.FlushAsync();
        using var reader = database.Reader();
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT group_concat(name) FROM moments";
        Assert.Equal("kept", command.ExecuteScalar());
    }

    /// <summary>Much that waits is written before anybody asks for it; its fault must not be lost.</summary>
    [Fact]
    public async Task A_fault_that_came_before_anybody_asked_is_told_to_the_first_who_does()
    {
        var isTried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        database.Enqueue(_ =>
        {
            isTried.SetResult();
            throw new SqliteException("database or disk is full", 13);
        });
        await isTried.Task;

        await Assert.ThrowsAsync<IOException>(database.FlushAsync);
        await database.FlushAsync();
    }
}
