using Pharos.Model.Labels;
using Pharos.Server.Ledger;
using Pharos.Server.State;
using Pharos.Tests.Server.State;

namespace Pharos.Tests.Server.Ledger;

public sealed class AlertLedgerTests : IAsyncDisposable
{
    const long Minute = 60_000;
    const long Day = 86_400_000;
    const long NowMs = 20_000 * Day;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pharos-ledger-");
    StateDatabase database;
    AlertLedger ledger;

    public AlertLedgerTests()
    {
        database = AlertFile.Open(folder.FullName);
        ledger = new(database);
    }

    [Fact]
    public async Task The_oldest_rows_go_when_the_database_is_larger_than_its_bound_and_the_file_does_not_grow_again()
    {
        await FillAsync(rows: 20_000);
        var before = await UsedBytesAsync();
        Assert.InRange(before, 4 << 20, 30 << 20);
        ledger.Bounds = LedgerConfig.Default with { SizeBytes = before / 2 };
        ledger.Trim(NowMs);
        await UntilWithinAsync(before / 2);

        var kept = ledger.Query(new(0, long.MaxValue, [], Limit: 100_000));
        Assert.InRange(kept.Count, 5_000, 11_000); // Pages of labels, which lie in no order of time, are freed late.
        Assert.Equal(Enumerable.Range(20_000 - kept.Count, kept.Count).Reverse().Select(number => (long)number), kept.Select(row => 20_000 - ((NowMs - row.AtMs) / Minute)));
        var fileBytes = new FileInfo(Path.Combine(folder.FullName, "alerting.db")).Length;
        await FillAsync(rows: 5_000);
        ledger.Trim(NowMs);
        await UntilWithinAsync(before / 2);
        await database.DisposeAsync(); // Brings the log into the file.
        Assert.InRange(new FileInfo(Path.Combine(folder.FullName, "alerting.db")).Length, 1, Math.Max(fileBytes, before) * 11 / 10);
    }

    [Fact]
    public async Task Rows_older_than_the_bound_go()
    {
        foreach (var days in (int[])[91, 90, 89, 1]) ledger.Record(Row(NowMs - (days * Day), days));
        ledger.Trim(NowMs);
        await database.FlushNotesAsync();

        Assert.Equal([NowMs - Day, NowMs - (89 * Day), NowMs - (90 * Day)], ledger.Query(new(0, long.MaxValue, [], Limit: 10)).Select(row => row.AtMs));
    }

    [Fact]
    public async Task An_acknowledgement_does_not_wait_until_all_is_trimmed()
    {
        await FillAsync(rows: 20_000);
        ledger.Bounds = LedgerConfig.Default with { SizeBytes = 1 };
        var left = -1;
        // From the writer's own thread, so that the first step of trimming and what asks for the acknowledgement are made in one go.
        database.EnqueueNote(_ =>
        {
            ledger.Trim(NowMs);
            database.EnqueueNote(_ => database.Enqueue(new NoteWrite(_ => Volatile.Write(ref left, ledger.Query(new(0, long.MaxValue, [], Limit: 100_000)).Count))));
        });
        await Eventually.HoldsAsync(() => Volatile.Read(ref left) >= 0, "it is acknowledged");

        Assert.InRange(left, 1, 19_999); // Some of it was trimmed before, and the rest comes after.
        await Eventually.HoldsAsync(() => ledger.Query(new(0, long.MaxValue, [], Limit: 1)).Count == 0, "all is trimmed");
    }

    [Fact]
    public async Task What_was_recorded_is_there_after_the_end()
    {
        for (var number = 0; number < 5_000; number++) ledger.Record(Row(NowMs, number));
        await database.DisposeAsync();
        database = AlertFile.Open(folder.FullName);
        ledger = new(database);

        Assert.Equal(5_000, ledger.Query(new(0, long.MaxValue, [], Limit: 100_000)).Count);
    }

    [Fact]
    public async Task Labels_are_written_again_when_they_were_not_for_an_hour()
    {
        foreach (var minute in (int[])[0, 59, 60, 61]) ledger.Record(Row(NowMs + (minute * 60_000L), 7));
        await database.FlushNotesAsync();
        using var reader = database.Reader();
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT last_ms FROM ledger_alerts";

        Assert.Equal(NowMs + 3_600_000L, command.ExecuteScalar());
    }

    [Fact]
    public async Task Rows_of_groups_are_found_by_the_alerts_in_them_and_those_of_other_groups_are_not_read()
    {
        ledger.Record(Group("g", [1], NowMs - 10)); // Before it was in the group.
        ledger.Record(Row(NowMs, 1) with { GroupKey = "g" });
        ledger.Record(Group("g", [1, 2], NowMs + 1));
        ledger.Record(Group("g", [2], NowMs + 2)); // Of its group, without it.
        ledger.Record(Group("other", [3], NowMs + 3));
        ledger.Record(Row(NowMs + 4, 5) with { GroupKey = "" }); // Pending: in no group.
        await database.FlushNotesAsync();

        Assert.Equal([NowMs + 1, NowMs], ledger.Query(new(0, long.MaxValue, About(1))).Select(row => row.AtMs));
        Assert.Equal([NowMs + 4], ledger.Query(new(0, long.MaxValue, About(5))).Select(row => row.AtMs));
        Assert.Equal(6, ledger.Query(new(0, long.MaxValue, [])).Count);
    }

    [Fact]
    public async Task Rows_of_groups_are_found_also_when_those_of_their_alerts_are_too_old_to_be_kept()
    {
        ledger.Record(Row(NowMs - (91 * Day), 1) with { GroupKey = "g" });
        ledger.Record(Group("g", [1], NowMs));
        await database.FlushNotesAsync();
        database.EnqueueNote(statements => LedgerTables.PutAlert(statements, Row(0, 1).Fingerprint!.Value, Row(0, 1).Labels, NowMs));
        ledger.Trim(NowMs);
        await database.FlushNotesAsync();

        Assert.Equal([NowMs], ledger.Query(new(0, long.MaxValue, About(1))).Select(row => row.AtMs));
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    static LedgerRow Row(long atMs, int number)
    {
        var labels = LabelSet.From(("alertname", "InstanceDown"), ("instance", $"10.0.0.{number}:9100"));
        return new()
        {
            AtMs = atMs,
            Step = LedgerStep.Group,
            Outcome = LedgerOutcome.Note,
            Fingerprint = AlertFingerprint.Of(labels),
            Labels = labels,
            Receiver = "team",
            GroupKey = "{}/{severity=\"page\"}:{alertname=\"InstanceDown\"}",
            Text = "route {}/{severity=\"page\"} takes it, to receiver team, in the group {alertname=\"InstanceDown\"}, which is looked at next at 2024-10-04 00:00:30Z",
        };
    }

    static LedgerRow Group(string key, int[] numbers, long atMs) => new()
    {
        AtMs = atMs,
        Step = LedgerStep.Attempt,
        Outcome = LedgerOutcome.Failed,
        Alerts = [.. numbers.Select(number => Row(atMs, number).Fingerprint!.Value)],
        Receiver = "team",
        GroupKey = key,
        Text = "webhook[0] of team failed",
    };

    static IReadOnlyList<LabelMatcher> About(int number) => [new(MatchKind.Equal, "instance", $"10.0.0.{number}:9100")];

    Task FillAsync(int rows)
    {
        for (var number = 0; number < rows; number++) ledger.Record(Row(NowMs - ((rows - number) * Minute), number));
        return database.FlushNotesAsync();
    }

    async Task UntilWithinAsync(long bytes)
    {
        using var patience = Patience.Begin();
        while (await UsedBytesAsync() > bytes) await Task.Delay(5, patience.Token);
    }

    async Task<long> UsedBytesAsync()
    {
        var used = 0L;
        database.EnqueueNote(statements => used = statements.UsedBytes());
        await database.FlushNotesAsync();
        return used;
    }
}
