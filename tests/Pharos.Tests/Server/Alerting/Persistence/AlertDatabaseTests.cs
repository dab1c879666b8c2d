using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
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
        database.Enqueue(StateKey.Of(alert.Fingerprint), statements => statements.Put(alert));
        database.Enqueue(StateKey.Of(key), statements => statements.Put(key, new(4, new HashSet<ulong> { 1, ulong.MaxValue }, new HashSet<ulong>(), new HashSet<ulong> { 7 }, value, 5, labels)));
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
    public async Task A_fault_of_ours_undoes_the_whole_batch_is_told_to_who_waits_and_ends_with_it()
    {
        Moment("lost", statements =>
        {
            statements.PutMoment("lost", 1);
            throw new SqliteException("constraint failed", 19);
        });
        var error = await Assert.ThrowsAsync<NotKeptException>(database.FlushAsync);
        Assert.Contains("constraint failed", error.Message, StringComparison.Ordinal);
        Assert.Null(database.Failure);

        Moment("kept", statements => statements.PutMoment("kept", 2));
        await database.FlushAsync();
        Assert.Equal("kept", Moments());
    }

    /// <summary>Much that waits is written before anybody asks for it; its fault must not be lost.</summary>
    [Fact]
    public async Task A_fault_that_came_before_anybody_asked_is_told_to_the_first_who_does()
    {
        var isTried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Moment("broken", _ =>
        {
            isTried.SetResult();
            throw new SqliteException("constraint failed", 19);
        });
        await isTried.Task;

        await Assert.ThrowsAsync<NotKeptException>(database.FlushAsync);
        await database.FlushAsync();
    }

    [Theory]
    [InlineData(13, "database or disk is full")]
    [InlineData(8, "attempt to write a readonly database")]
    [InlineData(10, "disk I/O error")]
    public async Task What_the_disk_refuses_is_not_promised_and_is_written_by_itself_once_it_can_be(int code, string reason)
    {
        var isFull = true;
        Moment("first", Write("first", 1));
        Assert.Contains(reason, (await Assert.ThrowsAsync<NotKeptException>(database.FlushAsync)).Message, StringComparison.Ordinal);
        Assert.Contains(reason, database.Failure, StringComparison.Ordinal);
        Assert.Throws<NotKeptException>(database.ThrowIfFailing);
        Moment("second", Write("second", 1));
        Moment("second", Write("second", 2)); // The newest of a key alone counts.
        await Assert.ThrowsAsync<NotKeptException>(database.FlushAsync);
        database.EnqueueNote(Write("note", 1));

        Volatile.Write(ref isFull, false);
        await Eventually.HoldsAsync(() => database.Failure is null, "it is written without being asked for");
        await database.FlushAsync();
        await database.FlushNotesAsync();
        Assert.Equal("first=1,note=1,second=2", Moments("name || '=' || at_ms"));

        Action<AlertStatements> Write(string name, long value) => statements =>
        {
            if (Volatile.Read(ref isFull)) throw new SqliteException(reason, code);
            statements.PutMoment(name, value);
        };
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_by_name_and_left_as_it_is()
    {
        await database.DisposeAsync();
        Run("PRAGMA user_version = 3");

        var refusal = Assert.Throws<IOException>(() => AlertDatabase.Open(folder.FullName, TimeProvider.System, NullLogger.Instance));

        Assert.Equal(
            $"{PathOf()} was written by a newer Pharos: its format is 3, this one knows up to 2. Run the newer one, or move the file away to begin anew",
            refusal.Message);
        Assert.Equal(3L, Run("PRAGMA user_version"));
        Run("PRAGMA user_version = 2");
    }

    void Moment(string name, Action<AlertStatements> write) => database.Enqueue(StateKey.Of(StateTable.Moments, name), write);

    string PathOf() => Path.Combine(folder.FullName, "alerting.db");

    string? Moments(string shown = "name") => Run($"SELECT group_concat({shown}) FROM (SELECT * FROM moments ORDER BY name)") as string;

    object? Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={PathOf()};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
