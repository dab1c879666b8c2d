using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Writing;
using Pharos.Storage.Series;

namespace Pharos.EndToEnd.Durability;

/// <summary>A process that writes to a store, tells each round once it was promised to be on disk, and waits to be killed.</summary>
/// <remarks>It is this test program itself, started again with <see cref="FolderVariable"/> set: it then never reaches its tests.</remarks>
static class StoreVictim
{
    public const string FolderVariable = "PHAROS_STORE_VICTIM";
    public const long StartMs = 1_700_000_000_000;
    public const int Series = 50;
    public const int ChurnEvery = 7;

    /// <summary>Small spans and segments, so that flushes, checkpoints and merges happen all the time.</summary>
    public static StoreOptions Options(string folder) => new()
    {
        Folder = folder,
        BlockSpan = TimeSpan.FromSeconds(20),
        RetentionTime = TimeSpan.FromDays(1),
        Maintains = false,
        LogSegmentBytes = 64 * 1024,
        FrameFileBytes = 128 * 1024,
        MaxSeries = 1 << 16,
    };

    public static long TimeOf(int round) => StartMs + (round * 1000L);

    public static double ValueOf(int series, int round) => series % 2 == 0 ? (series * 1000) + round : (round * 0.37) + series;

    /// <summary>Runs until it is killed when this process was started as a victim; else returns at once.</summary>
    public static async Task RunWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } job) return;
        var parts = job.Split('|');
        await Run(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    static async Task Run(string folder, int firstRound)
    {
        var store = SeriesStore.Open(Options(folder), TimeProvider.System, NullLogger.Instance);
        var upkeep = new Thread(() => Maintain(store)) { IsBackground = true };
        upkeep.Start();
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var batch = new SampleBatch();
        var labels = new LabelSetBuilder();
        for (var round = firstRound; ; round++)
        {
            batch.Clear();
            for (var series = 0; series < Series; series++) batch.Add(Handle(store, labels, $"steady_{series}"), TimeOf(round), ValueOf(series, round));
            if (round % ChurnEvery == 0) batch.Add(Handle(store, labels, $"churn_{round}"), TimeOf(round), round);
            var outcome = store.Append(batch);
            if (outcome.Stored != batch.Count) throw new InvalidOperationException($"round {round}: {outcome}");
            await store.FlushAsync(CancellationToken.None);
            output.WriteLine(round);
        }
    }

    static void Maintain(SeriesStore store)
    {
        while (true)
        {
            store.Upkeep.Maintain(CancellationToken.None);
            store.Upkeep.WriteCheckpoint();
        }
    }

    static SeriesHandle Handle(SeriesStore store, LabelSetBuilder labels, string name)
    {
        labels.Clear();
        labels.Add("__name__", name);
        return store.TryCreate(0, labels, out var handle, out var reason) ? handle : throw new InvalidOperationException(reason);
    }
}
