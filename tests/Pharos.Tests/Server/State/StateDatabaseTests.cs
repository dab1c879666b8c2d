using Microsoft.Data.Sqlite;
using Pharos.Server.State;
using Pharos.Tests.AspNetCore;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.State;

public sealed class StateDatabaseTests : IAsyncLifetime
{
    static readonly StateTables Moments = new(new Migration(1, "CREATE TABLE moments (name TEXT PRIMARY KEY, at_ms INTEGER NOT NULL)"));
    static readonly StateTables Others = new(new Migration(1, "CREATE TABLE others (id INTEGER PRIMARY KEY, text TEXT)"), new Migration(2, "CREATE INDEX others_text ON others (text)"));

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pharos-state-");
    readonly ManualTime time = new(1_800_000_000_000);
    readonly KeptLog log = new();
    StateDatabase database = null!;
    StateTable<string, Action<StateStatements>> moments = null!;

    public ValueTask InitializeAsync()
    {
        Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_fault_of_ours_undoes_the_whole_batch_is_told_to_who_waits_and_ends_with_it()
    {
        Moment("lost", statements =>
        {
            Put(statements, "lost", 1);
            throw new SqliteException("constraint failed", 19);
        });
        var error = await Assert.ThrowsAsync<NotKeptException>(database.FlushAsync);
        Assert.Contains("constraint failed", error.Message, StringComparison.Ordinal);
        Assert.Null(database.Failure);

        Moment("kept", statements => Put(statements, "kept", 2));
        await database.FlushAsync();
        Assert.Equal("kept", Kept());
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
        Assert.Equal("first=1,note=1,second=2", Kept("name || '=' || at_ms"));

        Action<StateStatements> Write(string name, long value) => statements =>
        {
            if (Volatile.Read(ref isFull)) throw new SqliteException(reason, code);
            Put(statements, name, value);
        };
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_by_name_and_left_as_it_is()
    {
        await database.DisposeAsync();
        Run("PRAGMA user_version = 3");

        var refusal = Assert.Throws<IOException>(() => Open());

        Assert.Equal(
            $"{PathOf()} was written by a newer Pharos: its format is 3, this one knows up to 2. Run the newer one, or move the file away to begin anew",
            refusal.Message);
        Assert.Equal(3L, Run("PRAGMA user_version"));
        Run("PRAGMA user_version = 2");
    }

    [Fact]
    public async Task A_file_is_brought_to_the_newest_format_step_by_step_each_room_by_its_own()
    {
        Moment("old", statements => Put(statements, "old", 1));
        await database.DisposeAsync();
        Open(new StateTables(new Migration(3, "ALTER TABLE moments ADD COLUMN note TEXT NOT NULL DEFAULT 'none'"), new Migration(4, "UPDATE moments SET note = 'mended'")));

        Assert.Equal("old=mended", Kept("name || '=' || note"));
        Assert.Equal(4L, Run("PRAGMA user_version"));
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_file_in_the_format_that_it_had()
    {
        Moment("old", statements => Put(statements, "old", 1));
        await database.DisposeAsync();

        var error = Assert.Throws<IOException>(() => Open(new StateTables(new Migration(3, "DROP TABLE moments"), new Migration(4, "NO SQL"))));

        Assert.StartsWith($"{PathOf()} cannot be used: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(("old", 2L), (Kept(), Run("PRAGMA user_version")));
        Open();
    }

    /// <summary>A page of a table in the midst of the file, which nothing meets before it is read.</summary>
    [Fact]
    public async Task A_table_that_is_damaged_inside_is_met_at_the_start_and_the_file_set_aside_with_the_reason()
    {
        for (var i = 0; i < 2_000; i++)
        {
            var name = $"{i} {new string('x', 100)}";
            Moment(name, statements => Put(statements, name, 1));
        }
        await database.FlushAsync();
        await database.DisposeAsync();
        var bytes = File.ReadAllBytes(PathOf());
        Assert.InRange(bytes.Length, 200_000, 1_000_000);
        bytes.AsSpan(bytes.Length / 2, 8_192).Fill(0x55);
        File.WriteAllBytes(PathOf(), bytes);

        Open();

        var aside = $"{PathOf()}.broken-1800000000";
        Assert.Equal(bytes.Length, new FileInfo(aside).Length);
        Assert.StartsWith($"The small state was damaged and is set aside as {aside}: ", Assert.Single(log.Lines), StringComparison.Ordinal);
        Assert.EndsWith(". Nothing else is lost", log.Lines[0], StringComparison.Ordinal);
        Assert.Null(Kept());
    }

    void Open(params StateTables[] rooms)
    {
        database = StateDatabase.Open(folder.FullName, new("small", "Nothing else is lost", [Moments, Others, .. rooms]), time, log);
        moments = new(database, static (statements, _, write) => write(statements), static (statements, name) => statements.Of("DELETE FROM moments WHERE name = ?").Add(name).Run());
    }

    static void Put(StateStatements statements, string name, long atMs) => statements.Of("INSERT OR REPLACE INTO moments VALUES (?, ?)").Add(name).Add(atMs).Run();

    void Moment(string name, Action<StateStatements> write) => moments.Put(name, write);

    string PathOf() => Path.Combine(folder.FullName, "small.db");

    string? Kept(string shown = "name") => Run($"SELECT group_concat({shown}) FROM (SELECT * FROM moments ORDER BY name)") as string;

    object? Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={PathOf()};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
