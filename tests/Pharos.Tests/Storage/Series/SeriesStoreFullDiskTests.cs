using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Pharos.Model.Labels;
using Pharos.Model.Writing;
using Pharos.Storage.Files;

namespace Pharos.Tests.Storage.Series;

/// <summary>Whole lives of a store on a disk that refuses at some call: nothing acknowledged may be lost, and with room again all must be well by itself.</summary>
public sealed class SeriesStoreFullDiskTests
{
    const long Start = 1_700_000_000_000;
    const int Rounds = 80;

    /// <summary>In memory where there is such a folder: hundreds of lives sync often, and none is to survive a loss of power.</summary>
    static readonly string Home = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    /// <summary>The disk becomes full at any call of a life, stays so to its end, and then either has room again or the process is killed.</summary>
    [Fact]
    public async Task A_disk_that_is_full_from_any_call_on_costs_nothing_acknowledged()
    {
        var seen = new HashSet<DiskCall>();
        for (var call = 1; ; call++)
        {
            var disk = new FaultyDisk { FirstFailing = call };
            DiskFaults.Set(disk.Look);
            await using var life = new Life(disk);
            await life.Run();
            seen.UnionWith(disk.Refused);
            if (call % 5 == 0) await life.CheckCopy($"killed after call {call}");
            await life.GiveRoom();
            await life.CheckReopened($"full from call {call} on");
            if (disk.Refused.Count > 0) continue;
            Assert.InRange(call, 60, 10_000); // The life came to its end before that call: all of it was tried.
            break;
        }
        Assert.Equal(Enum.GetValues<DiskCall>().ToHashSet(), seen);
    }

    /// <summary>One sync fails, as with a bad sector: the kernel may have dropped the pages, so that another sync of that descriptor would prove nothing.</summary>
    [Fact]
    public async Task A_sync_that_fails_once_costs_nothing_acknowledged_and_its_descriptor_is_left()
    {
        for (var call = 1; ; call++)
        {
            var disk = new FaultyDisk { FirstFailing = call, LastFailing = call, SyncsAlone = true };
            DiskFaults.Set(disk.Look);
            await using var life = new Life(disk);
            await life.Run();
            await life.GiveRoom();
            await life.CheckReopened($"sync {call} failed");
            Assert.False(disk.SyncedAgain, $"after sync {call} failed its descriptor was synced again");
            if (disk.Refused.Count > 0) continue;
            Assert.InRange(call, 20, 10_000);
            break;
        }
    }

    [Fact]
    public async Task Pushes_are_refused_scrapes_go_on_up_to_the_bound_and_with_room_all_comes_to_disk_by_itself()
    {
        var disk = new FaultyDisk { FirstFailing = 1 };
        DiskFaults.Set(disk.Look);
        await using var store = new TestStore(options => options with { MostUnwrittenBytes = 64 * 1024, Maintains = true });
        var handles = Enumerable.Range(0, 20_000).Select(i => store.Handle(("__name__", $"many_{i}"))).ToArray();
        var written = 0;
        store.Append("a", Start, 0.5);
        await store.Flush();
        Assert.Null(store.Store.Unavailable);

        disk.IsArmed = true;
        Assert.Equal(AppendStatus.Stored, store.Append("a", Start + 1, 1.5));
        var refusal = await Assert.ThrowsAsync<IOException>(store.Flush);
        Assert.Equal(
            $"the log in {Path.Combine(store.Folder, "wal")} cannot be written: No space left on device; pushes are refused, and all else waits in memory, until it can be",
            refusal.Message);
        Assert.Equal(refusal.Message, store.Store.Unavailable);
        Assert.Equal([refusal.Message], store.Store.WriteFailures);
        while (written < 100_000 && Append(written) == AppendStatus.Stored) written++;
        await Eventually.HoldsAsync(() => store.Store.Log.Refusal is not null, "so much waits as may");
        Assert.Equal(AppendStatus.Refused, Append(written));
        Assert.InRange(store.Store.Stats().UnwrittenBytes, 64 * 1024, 64 << 20);
        Assert.InRange(store.Store.Stats().RefusedSamples, 1, 2);
        Assert.Contains("so much waits that further samples are dropped", store.Store.WriteFailures);
        Assert.Equal(written + 2, store.Read().Values.Sum(samples => samples.Count)); // Queries answer, with what waits.

        disk.IsArmed = false;
        await Eventually.HoldsAsync(() => store.Store.WriteFailures.Count == 0, "the store writes again by itself");
        Assert.Equal(AppendStatus.Stored, store.Append("a", Start + 2, 2.5));
        await store.Flush();
        Assert.Equal(0, store.Store.Stats().UnwrittenBytes);
        DiskFaults.Set(null);
        await store.Reopen();
        Assert.Equal(written + 3, store.Read().Values.Sum(samples => samples.Count));
        Assert.Empty(store.Store.Stats().SetAside);

        AppendStatus Append(int at) => store.Append(handles[at % handles.Length], Start + (at / handles.Length * 1000), at * 0.1);
    }

    /// <summary>Runs a life and remembers what was acknowledged.</summary>
    sealed class Life(FaultyDisk disk) : IAsyncDisposable
    {
        readonly TestStore store = new(home: Home, change: options => options with
        {
            MaxSeries = 1 << 10,
            LogSegmentBytes = 16 * 1024,
            FrameFileBytes = 64 * 1024,
            BlockSpan = TimeSpan.FromSeconds(30),
            RetentionTime = TimeSpan.Zero,
        });

        readonly Dictionary<string, List<long>> taken = [];
        Dictionary<string, List<long>> acknowledged = [];
        readonly HashSet<string> deleted = [];

        public async Task Run()
        {
            disk.IsArmed = true;
            for (var round = 0; round < Rounds; round++)
            {
                Append("steady_a", round, round * 0.37);
                Append("steady_b", round, round);
                if (round % 20 == 0) Append($"new_{round}", round, 1);
                if (round is 0 or 50) AppendMany(round);
                if (round % 10 == 0) await Flush();
                if (round is 39 or 70) Try(() => store.Store.Upkeep.FlushHead(TimeOf(round - 10)));
                if (round == 55) Try(store.Store.Upkeep.WriteCheckpoint);
                if (round == 60) Delete("new_0");
                if (round == 79) Try(() => store.Store.Upkeep.Maintain(CancellationToken.None));
            }
            await Flush();
        }

        public async Task GiveRoom()
        {
            disk.IsArmed = false;
            Try(() => store.Store.Upkeep.Maintain(CancellationToken.None)); // A file of frames whose sync failed holds checkpoints back until blocks have its samples.
            Try(store.Store.Upkeep.WriteCheckpoint);
            Append("steady_a", Rounds, 1);
            store.Store.Log.CommitNow(); // What the log does by itself each second.
            await store.Flush();
            Acknowledge();
            Assert.Null(store.Store.Log.Failure);
        }

        public async Task CheckReopened(string when)
        {
            await store.Reopen();
            Check(store, when);
            Assert.Empty(Directory.EnumerateFiles(store.Folder, "*.tmp", SearchOption.AllDirectories));
        }

        /// <summary>What a kill would leave.</summary>
        public async Task CheckCopy(string when)
        {
            disk.IsArmed = false;
            await using var copy = new TestStore(home: Home, change: options => options with { MaxSeries = 1 << 10 });
            await copy.Store.DisposeAsync();
            Directory.Delete(copy.Folder, recursive: true);
            foreach (var file in Directory.EnumerateFiles(store.Folder, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(copy.Folder, Path.GetRelativePath(store.Folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                if (Path.GetFileName(file) != "lock") File.Copy(file, target);
            }
            copy.Open();
            Check(copy, when);
        }

        public async ValueTask DisposeAsync()
        {
            disk.IsArmed = false;
            await store.DisposeAsync();
        }

        void Check(TestStore opened, string when)
        {
            Assert.True(opened.Store.Stats().SetAside.Count == 0, $"{when}: {string.Join("; ", opened.Store.Stats().SetAside)}");
            var found = opened.Read().ToDictionary(pair => pair.Key, pair => pair.Value.Select(sample => sample.TimeMs).ToHashSet());
            foreach (var (name, times) in acknowledged)
            {
                if (deleted.Contains(name)) continue;
                var samples = found.GetValueOrDefault($"{{__name__=\"{name}\"}}") ?? found.GetValueOrDefault(name) ?? [];
                Assert.True(times.All(samples.Contains), $"{when}: {name} has {samples.Count} samples, {times.Count} were acknowledged");
            }
        }

        void Append(string name, int round, double value) => AppendAt(name, TimeOf(round), value);

        void AppendAt(string name, long timeMs, double value)
        {
            if (store.Append(name, timeMs, value) != AppendStatus.Stored) return;
            if (!taken.TryGetValue(name, out var times)) taken[name] = times = [];
            times.Add(timeMs);
        }

        /// <summary>More than a segment holds.</summary>
        void AppendMany(int round)
        {
            for (var i = 0; i < 1_600; i++) AppendAt(string.Create(CultureInfo.InvariantCulture, $"many_{i % 20}"), TimeOf(round) + (i / 20), i * 0.1);
        }

        async Task Flush()
        {
            try
            {
                await store.Flush();
                Acknowledge();
            }
            catch (IOException)
            {
                // Nobody was promised anything.
            }
        }

        void Acknowledge() => acknowledged = taken.ToDictionary(pair => pair.Key, pair => pair.Value.ToList());

        void Delete(string name)
        {
            deleted.Add(name); // Whether it succeeds or not, its samples prove nothing.
            Try(() => store.Store.DeleteSeries([new LabelMatcher(MatchKind.Equal, "__name__", name)], long.MinValue, long.MaxValue));
        }

        static void Try(Action work)
        {
            try
            {
                work();
            }
            catch (IOException)
            {
                // The store's own loop tries again.
            }
        }

        static long TimeOf(int round) => Start + (round * 1000L);
    }

    /// <summary>Refuses the calls from one to another, counted while it is armed.</summary>
    sealed class FaultyDisk
    {
        readonly Lock gate = new();
        readonly List<SafeFileHandle> spoiled = [];
        int calls;

        public bool IsArmed { get; set; }

        public int FirstFailing { get; init; }

        public int LastFailing { get; init; } = int.MaxValue;

        /// <summary>No other calls are counted, or fail.</summary>
        public bool SyncsAlone { get; init; }

        public HashSet<DiskCall> Refused { get; } = [];

        public bool SyncedAgain { get; private set; }

        public IOException? Look(DiskCall call, SafeFileHandle? file)
        {
            lock (gate)
            {
                if (call == DiskCall.SyncFile && spoiled.Contains(file!)) SyncedAgain = true;
                if (!IsArmed || (SyncsAlone && call != DiskCall.SyncFile) || ++calls < FirstFailing || calls > LastFailing) return null;
                Refused.Add(call);
                if (call == DiskCall.SyncFile) spoiled.Add(file!);
                return new IOException("No space left on device");
            }
        }
    }
}
