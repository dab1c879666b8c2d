using Pharos.Server.Config;
using Pharos.Server.Heartbeats;
using Pharos.Server.Hosting.Loading;
using Pharos.Server.Ledger;

namespace Pharos.Tests.Server.Hosting.Loading;

public sealed class PharosFileTests
{
    [Fact]
    public void Drills_are_read_with_their_defaults()
    {
        var plain = Read("drills: {every: 7d}").Config.Of<HeartbeatsConfig>().Drills!;
        var whole = Read("drills: {every: 1d, at: '16:30', time_zone: Europe/Berlin, receivers: [team], proven_within: 3d}").Config.Of<HeartbeatsConfig>().Drills!;

        Assert.Equal((7, 600, "UTC", 0, 14), (plain.EveryDays, plain.AtMinute, plain.Zone.Id, plain.Receivers.Count, plain.ProvenWithin.TotalDays));
        Assert.Equal((1, 990, "Europe/Berlin", "team", 3), (whole.EveryDays, whole.AtMinute, whole.Zone.Id, whole.Receivers.Single(), whole.ProvenWithin.TotalDays));
        Assert.Null(Read("").Config.Of<HeartbeatsConfig>().Drills);
        Assert.Null(Read("drills:").Config.Of<HeartbeatsConfig>().Drills);
    }

    [Fact]
    public void Bounds_of_the_ledger_are_read_with_their_defaults()
    {
        var config = Read("ledger: {size: 2GB}").Config.Of<LedgerConfig>();

        Assert.Equal((90, 2L << 30), (config.Retention.TotalDays, config.SizeBytes));
        Assert.Equal((30, 512L << 20), (Read("ledger: {retention: 30d}").Config.Of<LedgerConfig>().Retention.TotalDays, Read("").Config.Of<LedgerConfig>().SizeBytes));
    }

    [Fact]
    public void Heartbeats_are_read_with_their_defaults()
    {
        var config = Read("heartbeats: {send: [{url: 'https://watch/x'}], expect: [{name: backup, every: 1d, labels: {severity: page}}, {name: job, every: 1h, grace: 5m}]}").Config.Of<HeartbeatsConfig>();

        Assert.Equal((60, false), (config.Send[0].Every.TotalSeconds, config.Send[0].IsPost));
        Assert.Equal(("backup", 24, 6, "page"), (config.Expect[0].Name, config.Expect[0].Every.TotalHours, config.Expect[0].Grace.TotalHours, config.Expect[0].Labels["severity"]));
        Assert.Equal(5, config.Expect[1].Grace.TotalMinutes);
    }

    [Theory]
    [InlineData("drills: {every: 36h}", "pharos.yml:1:17: drills.every: is no number of whole days; write one such as 1d or 7d")]
    [InlineData("drills: {every: 1h}", "pharos.yml:1:17: drills.every: is no number of whole days; write one such as 1d or 7d")]
    [InlineData("drills: {at: '10:00'}", "pharos.yml:1:9: drills: every is missing; write how often to hold a drill, such as 7d")]
    [InlineData("drills: {every: 7d, at: '25:00'}", "pharos.yml:1:25: drills.at: \"25:00\" is no time of day; write one from \"00:00\" to \"24:00\"")]
    [InlineData("drills: {every: 7d, time_zone: Mars/Base}", "pharos.yml:1:32: drills.time_zone: \"Mars/Base\" is no time zone known here; write one such as \"Europe/Berlin\" (is the package tzdata installed?)")]
    [InlineData("drills: {every: 7d, receivers: [taem]}", "pharos.yml:1:33: drills: receivers: there is no receiver \"taem\"; there are: team, pager")]
    [InlineData("drill: {every: 7d}", "pharos.yml:1:1: unknown key \"drill\"; did you mean \"drills\"?")]
    [InlineData("ledger: {size: 1000}", "pharos.yml:1:16: ledger.size: \"1000\" has no unit; write a size such as \"1000MB\" (B, KB, MB, GB, TB, PB, EB)")]
    [InlineData("ledger: {size: 10KB}", "pharos.yml:1:16: ledger.size: is too small; write 1MB or more")]
    [InlineData("ledger: {retention: 0s}", "pharos.yml:1:21: ledger.retention: is no time; write one such as 90d")]
    [InlineData("heartbeats: {send: [{every: 1m}]}", "pharos.yml:1:21: heartbeats.send[0]: url is missing; write the address to call, or url_file")]
    [InlineData("heartbeats: {send: [{url: 'ftp://x/hush'}]}", "pharos.yml:1:27: heartbeats.send[0].url: is no http address; write one such as \"https://host/path\"")]
    [InlineData("heartbeats: {expect: [{name: a}]}", "pharos.yml:1:23: heartbeats.expect[0]: every is missing; write how often it comes, such as 1h")]
    [InlineData("heartbeats: {expect: [{name: a/b, every: 1h}]}", "pharos.yml:1:30: heartbeats.expect[0].name: \"a/b\" cannot stand in an address; use letters, digits, \"-\", \"_\" and \".\"")]
    [InlineData("heartbeats: {expect: [{name: a, every: 1h}, {name: a, every: 1h}]}", "pharos.yml:1:52: heartbeats.expect[1].name: \"a\" is the name of another heartbeat already; rename one")]
    [InlineData("heartbeats: {expect: [{name: a, every: 0s}]}", "pharos.yml:1:40: heartbeats.expect[0].every: is out of range; write a duration from 1s to 366d")]
    [InlineData("heartbeats: {expect: [{name: a, every: 1h, labels: {heartbeat: x}}]}", "pharos.yml:1:52: heartbeats.expect[0].labels: heartbeat is set by Pharos itself; remove it")]
    public void What_cannot_be_is_told_with_its_place(string yaml, string told) => Assert.Equal([told], Read(yaml).Told);

    static (Configuration Config, IReadOnlyList<string> Told) Read(string yaml)
    {
        var folder = Directory.CreateTempSubdirectory("pharos-yml-");
        try
        {
            var path = Path.Combine(folder.FullName, "pharos.yml");
            File.WriteAllText(path, yaml);
            var source = new ConfigSource { Environment = _ => null };
            var reading = new ConfigReading(source, ConfigParts.All);
            reading.Add(Alerting.AlertmanagerFiles.Good("route: {receiver: team, routes: [{receiver: pager}]}\nreceivers: [{name: team}, {name: pager}]"));
            reading.Read(ConfigFile.Pharos, path);
            return (reading.Configuration, [.. source.InOrder().Select(told => told.ToString().Replace(path, "pharos.yml", StringComparison.Ordinal))]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
