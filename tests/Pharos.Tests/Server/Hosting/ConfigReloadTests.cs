using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Diagnostics;
using Pharos.Server.Access;
using Pharos.Server.Config;
using Pharos.Server.Findings;
using Pharos.Server.Hosting;
using Pharos.Server.Hosting.Notices;

namespace Pharos.Tests.Server.Hosting;

/// <summary>A fault of ours while the configuration is reloaded is told, leaves the old one in force everywhere, and ends nothing.</summary>
public sealed class ConfigReloadTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pharos-reload-");
    readonly FindingBook findings = new(TimeProvider.System);
    readonly FaultyRoom first = new();
    readonly FaultyRoom second = new();
    readonly WebAccess access = new(WebConfig.Open);
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
        Assert.Equal(["one", "two", "one"], first.Jobs);
        Assert.Equal("one", second.Jobs[^1]);
        Assert.Equal("one", config.Status.InForce.ScrapeConfigs[0].JobName);

        second.IsBroken = false;
        Assert.False((await config.ReloadAsync()).HasErrors);
        Assert.True(config.Status.IsLastReloadSuccessful);
        Assert.DoesNotContain(findings.All(), finding => finding.Message.Contains("FaultyRoom", StringComparison.Ordinal));
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
        await Eventually.HoldsAsync(() => config.Status.InForce.ScrapeConfigs[0].JobName == "two", "the configuration is taken at a later look");
        Assert.True(config.Status.IsLastReloadSuccessful);
    }

    [Fact]
    public async Task A_change_between_the_load_and_the_first_look_is_not_lost()
    {
        var config = await StartAsync("one");
        var seen = ConfigWatch.Fingerprint(config.Status);
        Write("two");
        await using var watch = new ConfigWatch(config, seen, TimeSpan.FromMilliseconds(20), TimeProvider.System, NullLogger.Instance);

        await Eventually.HoldsAsync(() => config.Status.InForce.ScrapeConfigs[0].JobName == "two", "the change is taken");
    }

    [Fact]
    public async Task A_reader_that_breaks_is_told_as_well()
    {
        var config = await StartAsync("one");
        loader = () => throw new InvalidOperationException("BUG");

        var loaded = await config.ReloadAsync();

        Assert.Contains("by a fault of this program", loaded.Errors, StringComparison.Ordinal);
        Assert.False(config.Status.IsLastReloadSuccessful);
        Assert.Equal("one", config.Status.InForce.ScrapeConfigs[0].JobName);
    }

    public void Dispose()
    {
        room?.Dispose();
        access.Dispose();
        folder.Delete(recursive: true);
    }

    Func<LoadedConfig>? loader;

    void Write(string job) => File.WriteAllText(Path.Combine(folder.FullName, "prometheus.yml"), $"scrape_configs: [{{job_name: {job}}}]\n");

    async Task<ConfigRoom> StartAsync(string job)
    {
        Write(job);
        var files = new ConfigLoader(new ServeOptions { ConfigFile = Path.Combine(folder.FullName, "prometheus.yml"), DataFolder = Path.Combine(folder.FullName, "data") });
        loader = files.Load;
        room = new(() => loader(), files.Load(), access, findings, new ServerNotices(1, TimeProvider.System), TimeProvider.System, NullLoggerFactory.Instance);
        await room.StartAsync([first, second]);
        return room;
    }

    sealed class FaultyRoom : IRoom
    {
        public List<string> Jobs { get; } = [];

        public volatile bool IsBroken;

        public void Map(IEndpointRouteBuilder routes)
        {
        }

        public ValueTask ApplyAsync(PrometheusConfig config)
        {
            var job = config.ScrapeConfigs[0].JobName;
            if (IsBroken && job == "two") throw new InvalidOperationException("BUG");
            Jobs.Add(job);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
