using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Hosting;
using Pharos.Server.Hosting.Loading;
using Pharos.Server.Hosting.Notices;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Rooms;

namespace Pharos.Tests.Server.Hosting.Loading;

/// <summary>A fault of ours while the configuration is reloaded is told, leaves the old one in force everywhere, and ends nothing.</summary>
public sealed class ConfigReloadTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pharos-reload-");
    readonly FindingBook findings = new(TimeProvider.System);
    readonly FaultyRoom first = new();
    readonly FaultyRoom second = new();
    readonly FaultyRoom third = new();
    ConfigRoom? room;

    [Fact]
    public async Task A_room_that_breaks_is_told_and_all_rooms_go_on_with_the_old_one()
    {
        var config = await StartAsync("one");
        Write("two");
        second.IsBroken = true;

        var loaded = await config.ReloadAsync();

        Assert.True(loaded.HasErrors);
        Assert.Contains("FaultyRoom broke on it", loaded.Errors, StringComparison.Ordinal);
        Assert.False(config.Status.IsLastReloadSuccessful);
        Assert.Contains(findings.All(), finding => finding.Severity == Severity.Error && finding.Message.Contains("FaultyRoom", StringComparison.Ordinal));
        Assert.Equal(["one"], first.Jobs);
        Assert.Equal(["one"], second.Jobs);
        Assert.Equal("one", JobOf(config.Status.InForce));

        second.IsBroken = false;
        Assert.False((await config.ReloadAsync()).HasErrors);
        Assert.True(config.Status.IsLastReloadSuccessful);
        Assert.DoesNotContain(findings.All(), finding => finding.Message.Contains("FaultyRoom", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_room_that_refuses_or_breaks_leaves_every_room_as_it_was_and_all_that_was_opened_is_closed_once(bool breaks)
    {
        var config = await StartAsync("one");
        Write("two");
        if (breaks) second.IsBroken = true;
        else second.Refusal = "the port is taken";

        var loaded = await config.ReloadAsync();

        Assert.Equal(breaks ? "configuration: FaultyRoom broke on it; the log says why, and to load it once more may help" : "second.yml: the port is taken", loaded.Errors);
        Assert.Equal((1, 1, 1), (first.Opened.Count, first.Opened[0].Closed, second.Opened[0].Closed)); // Also what the faulty one had opened already.
        Assert.Equal((1, breaks ? 0 : 1), (third.Jobs.Count, third.Opened.Count)); // Who refuses only refuses; behind a fault nobody is asked.
        Assert.All(third.Opened, opened => Assert.Equal(1, opened.Closed));
        Assert.Equal(("one", "one", "one"), (first.Jobs[^1], second.Jobs[^1], third.Jobs[^1]));
        Assert.Equal((false, breaks, "one"), (config.Status.IsLastReloadSuccessful, config.Status.MayPass, JobOf(config.Status.InForce)));
    }

    [Fact]
    public async Task What_all_rooms_made_ready_is_theirs_and_stays_open()
    {
        var config = await StartAsync("one");
        Write("two");

        Assert.False((await config.ReloadAsync()).HasErrors);

        Assert.All((FaultyRoom[])[first, second, third], room => Assert.Equal(("two", 0), (room.Jobs[^1], room.Opened.Single().Closed)));
    }

    [Fact]
    public async Task A_room_that_breaks_at_the_start_ends_it_and_nothing_stays_open()
    {
        third.IsBroken = true;

        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync("two"));

        Assert.All((FaultyRoom[])[first, second, third], room => Assert.Equal((0, 1), (room.Jobs.Count, room.Opened.Single().Closed)));
    }

    /// <summary>It must not happen, and then there is no way back: it is told, and looked at again.</summary>
    [Fact]
    public async Task A_room_that_breaks_in_the_swap_keeps_no_other_from_it_and_is_told()
    {
        var config = await StartAsync("one");
        Write("two");
        first.BreaksInSwap = true;

        var loaded = await config.ReloadAsync();

        Assert.Contains("FaultyRoom broke on it", loaded.Errors, StringComparison.Ordinal);
        Assert.Equal(("two", "two"), (third.Jobs[^1], JobOf(config.Status.InForce)));
        Assert.Equal((false, true), (config.Status.IsLastReloadSuccessful, config.Status.MayPass));
    }

    [Fact]
    public async Task The_watch_tries_again_what_broke_although_no_file_changed()
    {
        var config = await StartAsync("one");
        second.IsBroken = true;
        await using var watch = new ConfigWatch(config, ConfigWatch.Fingerprint(config.Status), TimeSpan.FromMilliseconds(20), TimeProvider.System, NullLogger.Instance);
        Write("two");
        await Eventually.HoldsAsync(() => !config.Status.IsLastReloadSuccessful, "the broken reload is told");

        second.IsBroken = false;
        await Eventually.HoldsAsync(() => JobOf(config.Status.InForce) == "two", "the configuration is taken at a later look");
        Assert.True(config.Status.IsLastReloadSuccessful);
    }

    [Fact]
    public async Task A_change_between_the_load_and_the_first_look_is_not_lost()
    {
        var config = await StartAsync("one");
        var seen = ConfigWatch.Fingerprint(config.Status);
        Write("two");
        await using var watch = new ConfigWatch(config, seen, TimeSpan.FromMilliseconds(20), TimeProvider.System, NullLogger.Instance);

        await Eventually.HoldsAsync(() => JobOf(config.Status.InForce) == "two", "the change is taken");
    }

    [Fact]
    public async Task A_reader_that_breaks_is_told_as_well()
    {
        var config = await StartAsync("one");
        loader = () => throw new InvalidOperationException("BUG");

        var loaded = await config.ReloadAsync();

        Assert.Contains("by a fault of this program", loaded.Errors, StringComparison.Ordinal);
        Assert.False(config.Status.IsLastReloadSuccessful);
        Assert.Equal("one", JobOf(config.Status.InForce));
    }

    public void Dispose()
    {
        room?.Dispose();
        folder.Delete(recursive: true);
    }

    Func<LoadedConfig>? loader;

    void Write(string job) => File.WriteAllText(Path.Combine(folder.FullName, "prometheus.yml"), $"scrape_configs: [{{job_name: {job}}}]\n");

    async Task<ConfigRoom> StartAsync(string job)
    {
        Write(job);
        var files = new ConfigLoader(new ServeOptions { ConfigFile = Path.Combine(folder.FullName, "prometheus.yml"), Storage = new() { DataFolder = Path.Combine(folder.FullName, "data") } });
        loader = files.Load;
        room = new(() => loader(), files.Load(), findings, new ServerNotices(1, TimeProvider.System), TimeProvider.System, NullLoggerFactory.Instance);
        await room.StartAsync([first, second, third]);
        return room;
    }

    static string JobOf(Configuration configuration) => configuration.Of<ScrapingConfig>().Jobs[0].JobName;

    sealed class Resource : IDisposable
    {
        public int Closed { get; private set; }

        public void Dispose() => Closed++;
    }

    sealed class FaultyRoom : IRoom
    {
        public List<string> Jobs { get; } = [];

        /// <summary>What was opened for the job two.</summary>
        public List<Resource> Opened { get; } = [];

        public volatile bool IsBroken;

        public bool BreaksInSwap { get; set; }

        public string? Refusal { get; set; }

        public void Map(DoorTable doors)
        {
        }

        public ValueTask PrepareAsync(Configuration next, Preparation preparation)
        {
            var job = JobOf(next);
            if (job == "two") Opened.Add(preparation.Own(new Resource()));
            if (Refusal is not null) preparation.Refuse("second.yml", Refusal);
            if (IsBroken && job == "two") throw new InvalidOperationException("BUG");
            preparation.OnSwap(() =>
            {
                if (BreaksInSwap) throw new InvalidOperationException("BUG");
                Jobs.Add(job);
            });
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
