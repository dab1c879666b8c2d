using BenchmarkDotNet.Attributes;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;

namespace Pharos.Bench.Patterns;

/// <summary>A hundred thousand values against 16,000 alternatives, beside a look-up of each value in a set. One in six matches.</summary>
/// <remarks>The aim: plain alternatives cost at most three times the set.</remarks>
public class AlternationBenchmarks
{
    const int Alternatives = 16_000;
    const int Values = 100_000;

    readonly string[] values = [.. Enumerable.Range(0, Values).Select(i => $"web-{i:00000}.prod.example.net:9100")];
    HashSet<string> set = [];
    Re2 escaped = null!;
    Re2 unescaped = null!;
    Re2 withoutCase = null!;
    Re2 prefixes = null!;
    Re2 withPorts = null!;

    [GlobalSetup]
    public void Setup()
    {
        var hosts = values[..Alternatives];
        set = hosts.ToHashSet(StringComparer.Ordinal);
        escaped = Re2.CompileAnchored(string.Join('|', hosts.Select(host => host.Replace(".", @"\.", StringComparison.Ordinal))));
        unescaped = Re2.CompileAnchored(string.Join('|', hosts));
        withoutCase = Re2.CompileAnchored($"(?i){string.Join('|', hosts)}");
        prefixes = Re2.CompileAnchored(string.Join('|', hosts.Select(host => $"{host[..9]}.*")));
        withPorts = Re2.CompileAnchored($"({string.Join('|', hosts.Select(host => host[..^5]))}):[0-9]+");
    }

    [Benchmark(Baseline = true, Description = "a set")]
    public int Set()
    {
        var found = 0;
        foreach (var value in values) found += set.Contains(value) ? 1 : 0;
        return found;
    }

    [Benchmark(Description = "plain alternatives")]
    public int Plain() => Count(escaped);

    [Benchmark(Description = "dots not escaped")]
    public int Unescaped() => Count(unescaped);

    [Benchmark(Description = "dots not escaped, without regard to case")]
    public int WithoutCase() => Count(withoutCase);

    [Benchmark(Description = "prefixes")]
    public int Prefixes() => Count(prefixes);

    [Benchmark(Description = "names and any port")]
    public int WithPorts() => Count(withPorts);

    int Count(Re2 pattern)
    {
        var found = 0;
        foreach (var value in values) found += pattern.IsMatch(value) ? 1 : 0;
        return found;
    }
}
