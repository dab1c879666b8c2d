using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Reading;
using Pharos.Storage.Series;

namespace Pharos.EndToEnd.Durability;

public sealed class KillTests : IDisposable
{
    const int Kills = 50;
    readonly string folder = Path.Combine(Path.GetTempPath(), "pharos-kill-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task Fifty_kills_at_random_moments_lose_nothing_that_was_acknowledged()
    {
        var random = new Random(20_260_101);
        var acknowledged = -1;
        var blocksSeen = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            // Some die before or while they open the store, most in the midst of appends, flushes, checkpoints and merges.
            var diesEarly = random.Next(10) == 0;
            // On a slow machine, too, it comes far enough to have something to lose.
            acknowledged = Math.Max(acknowledged, await RunAndKill(acknowledged + 1, diesEarly ? 0 : random.Next(1, 20), TimeSpan.FromMilliseconds(random.Next(300))));
            // What was written but not acknowledged may be there as well; the next victim goes on behind it.
            (acknowledged, blocksSeen) = await Check(acknowledged, blocksSeen);
        }
        Assert.True(acknowledged > 200, $"only {acknowledged} rounds were acknowledged: the test proves little");
        Assert.True(blocksSeen > 3, $"only {blocksSeen} blocks were seen");
    }

    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Kills the victim some time after it told so many rounds. Returns the last round that it told, or -1.</summary>
    async Task<int> RunAndKill(int firstRound, int rounds, TimeSpan after)
    {
        using var victim = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            Environment = { [StoreVictim.FolderVariable] = string.Create(CultureInfo.InvariantCulture, $"{folder}|{firstRound}") },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = victim.StandardError.ReadToEndAsync();
        var enoughTold = new TaskCompletionSource();
        var output = ReadAll(victim.StandardOutput, rounds, enoughTold);
        await Task.WhenAny(enoughTold.Task, output);
        await Task.Delay(after);
        Assert.False(victim.HasExited, $"the victim ended by itself: {(victim.HasExited ? await errors : "")}");
        victim.Kill();
        await victim.WaitForExitAsync();
        var text = await output;
        var whole = text[..(text.LastIndexOf('\n') + 1)]; // The kill may have cut the last line: only a line with its end was told.
        return whole.Length == 0 ? -1 : int.Parse(whole.TrimEnd('\n').Split('\n')[^1], CultureInfo.InvariantCulture);
    }

    static async Task<string> ReadAll(StreamReader from, int rounds, TaskCompletionSource enoughTold)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        if (rounds == 0) enoughTold.TrySetResult();
        for (int read; (read = await from.ReadAsync(buffer)) > 0;)
        {
            text.Append(buffer, 0, read);
            rounds -= buffer.AsSpan(0, read).Count('\n');
            if (rounds <= 0) enoughTold.TrySetResult();
        }
        return text.ToString();
    }

    /// <summary>Every series must have each round up to the last acknowledged one, right and once. Returns the last round that is there.</summary>
    async Task<(int LastRound, int BlocksSeen)> Check(int acknowledged, int blocksSeen)
    {
        await using var store = SeriesStore.Open(StoreVictim.Options(folder), TimeProvider.System, NullLogger.Instance);
        Assert.Empty(store.Stats().SetAside); // A kill tears, it damages nothing.
        using var snapshot = store.Lease();
        using var cursor = snapshot.Select([], new SelectHints(long.MinValue, long.MaxValue, Want.Samples), default);
        using var batch = new SeriesBatch();
        var last = acknowledged;
        var (steady, churned) = (0, 0);
        while (cursor.MoveNext(batch))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var name = Encoding.UTF8.GetString(snapshot.Symbols.ValueUtf8(batch.Pairs(i)[0])).Split('_');
                var number = int.Parse(name[1], CultureInfo.InvariantCulture);
                if (name[0] == "churn")
                {
                    Assert.Equal([StoreVictim.TimeOf(number)], batch.Times(i).ToArray());
                    if (number <= acknowledged) churned++;
                    continue;
                }
                Assert.True(batch.Times(i).Length > acknowledged, $"steady_{number} has {batch.Times(i).Length} samples, {acknowledged + 1} were acknowledged");
                for (var round = 0; round < batch.Times(i).Length; round++)
                {
                    Assert.Equal(StoreVictim.TimeOf(round), batch.Times(i)[round]);
                    Assert.Equal(StoreVictim.ValueOf(number, round), batch.Values(i)[round]);
                }
                last = Math.Max(last, batch.Times(i).Length - 1);
                steady++;
            }
        }
        if (acknowledged >= 0)
        {
            Assert.Equal(StoreVictim.Series, steady);
            Assert.Equal((acknowledged / StoreVictim.ChurnEvery) + 1, churned);
        }
        return (last, Math.Max(blocksSeen, store.Stats().Blocks.Count));
    }
}
