using System.Text;
using Pharos.Model.Diagnostics;
using Pharos.Server.Alerting;
using Pharos.Server.Config;

namespace Pharos.EndToEnd.Alerting;

/// <summary>Receivers right and wrong (receivers.txt): a file that the real Alertmanager takes is taken, and one that it refuses is refused.</summary>
public sealed class SameJudgementAsAmtoolTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-amtool-").FullName;

    [Fact]
    public void A_receiver_is_refused_when_the_real_one_refuses_it()
    {
        var amtool = Peers.Find("amtool");
        File.WriteAllText(Path.Combine(folder, "f"), "secret");
        var faults = new StringBuilder();
        var cases = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Alerting", "receivers.txt")).Where(line => line.Length > 0 && line[0] != '#').ToList();
        Parallel.ForEach(cases.Index(), new() { MaxDegreeOfParallelism = 4 }, one =>
        {
            var path = Path.Combine(folder, $"{one.Index}.yml");
            File.WriteAllText(path, ToFile(one.Item));
            var (code, told) = Peers.Run(amtool, [], "check-config", path);
            var source = new ConfigSource { Environment = _ => null };
            AlertmanagerFileReader.Read(source, path);
            if (source.HasErrors == (code != 0)) return;
            var ours = source.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).Select(diagnostic => diagnostic.Message);
            lock (faults) faults.AppendLine($"{one.Item}\n  amtool: {told.Split('\n').FirstOrDefault(line => line.Contains("FAILED", StringComparison.Ordinal)) ?? "takes it"}\n  pharos: {string.Join("; ", ours.DefaultIfEmpty("takes it"))}");
        });
        Assert.True(cases.Count > 150, $"only {cases.Count} receivers were judged");
        Assert.True(faults.Length == 0, faults.ToString());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary><c>KIND ITEM</c>, or <c>KIND ITEM global MAPPING</c>.</summary>
    static string ToFile(string line)
    {
        var kind = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        var parts = line[(kind.Length + 1)..].Split(" global ");
        return $"global: {parts.ElementAtOrDefault(1) ?? "{}"}\nroute: {{receiver: a}}\nreceivers: [{{name: a, {kind}_configs: [{parts[0]}]}}]\n";
    }
}
