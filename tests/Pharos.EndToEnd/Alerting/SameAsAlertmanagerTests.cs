using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>The same configuration and the same alerts go into a real Alertmanager and into Pharos; the same webhook calls must come out of both.</summary>
public sealed partial class SameAsAlertmanagerTests : IDisposable
{
    /// <summary>Notifications may come this far apart: timers and disks differ.</summary>
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1.5);

    /// <summary>Groups have timers of their own, so that calls of two groups this close have no order.</summary>
    static readonly TimeSpan AboutTheSame = TimeSpan.FromSeconds(0.7);

    /// <summary>Calls after this are not looked at: nothing is due for a second from here, so that none comes before the end to one and after it to the other.</summary>
    static readonly TimeSpan End = TimeSpan.FromSeconds(12);

    static readonly TimeSpan Length = TimeSpan.FromSeconds(13);

    /// <summary>How late a step may be told: less than lies between it and the next timer of a server.</summary>
    static readonly TimeSpan Punctual = TimeSpan.FromSeconds(0.4);

    const int Rounds = 3;

    readonly string folder = Directory.CreateTempSubdirectory("pharos-same-").FullName;
    readonly ConcurrentQueue<(string Side, string Receiver, TimeSpan At, string Body)> calls = new();
    readonly ConcurrentDictionary<string, bool> failedOnce = new(StringComparer.Ordinal);
    readonly Stopwatch clock = new();
    readonly HttpClient http = new();

    [Fact]
    public async Task The_same_alerts_bring_the_same_webhook_calls()
    {
        await using var hooks = await LocalServer.StartAsync(TakeAsync);
        for (var round = 1; round <= Rounds; round++)
        {
            var (output, late) = await TellAsync(hooks.Url, round);
            var faults = AlertScenario.All.SelectMany(Compare).ToList();
            if (faults.Count > 0 && late > Punctual) continue; // The two were not told the same at the same time.
            Assert.True(faults.Count == 0, $"{string.Join("\n\n", faults)}\n(each step was told within {late.TotalMilliseconds:0} ms)\n{output}");
            Assert.True(AlertScenario.All.Count >= 30);
            Assert.True(calls.Count(call => call.Side == "real") > 40, "the real one has told too little for a comparison");
            return;
        }
        Assert.Skip($"this machine is too busy to compare two servers by the clock: steps came more than {Punctual.TotalSeconds} s late, {Rounds} times");
    }

    /// <summary>Tells all stories to two new servers; returns what ours wrote, and how much later than planned the latest step was answered by both.</summary>
    async Task<(string Output, TimeSpan Late)> TellAsync(string hookAddress, int round)
    {
        calls.Clear();
        failedOnce.Clear();
        clock.Reset();
        var (realPort, ownPort) = (PharosProcess.FreePort(), PharosProcess.FreePort());
        File.WriteAllText(Path.Combine(folder, "real.yml"), Config($"{hookAddress}/real"));
        File.WriteAllText(Path.Combine(folder, "own.yml"), Config($"{hookAddress}/own"));
        await using var real = await Peers.StartAsync("prometheus-alertmanager", $"http://127.0.0.1:{realPort}/-/ready",
            [
                $"--config.file={folder}/real.yml", $"--storage.path={folder}/real-data-{round}", $"--web.listen-address=127.0.0.1:{realPort}", "--cluster.listen-address=", "--log.level=error",
            ]);
        await using var own = await PharosProcess.StartAsync(new($"http://127.0.0.1:{ownPort}/"), folder,
            ["serve", $"--config.file={folder}/own.yml", $"--storage.path={folder}/own-data-{round}", $"--web.listen-address=127.0.0.1:{ownPort}", "--cluster.listen-address="]);
        string[] servers = [$"http://127.0.0.1:{realPort}", $"http://127.0.0.1:{ownPort}"];

        // Clients of alerts speak of milliseconds. A little in the past: an end that a server hears of before its time is no end yet, to both of them.
        var start = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 20);
        clock.Start();
        var late = await Task.WhenAll(AlertScenario.All.Select(scenario => PlayAsync(scenario, servers, start)));
        if (clock.Elapsed < Length) await Task.Delay(Length - clock.Elapsed);
        return (own.Output, late.Max());
    }

    public void Dispose()
    {
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What is not the same in one story, in words.</summary>
    IEnumerable<string> Compare(AlertScenario scenario)
    {
        var receivers = calls.Select(call => call.Receiver).Where(name => name.Split('.')[0] == scenario.Name).Distinct();
        foreach (var receiver in receivers)
        {
            var real = Of("real", receiver);
            var own = Of("own", receiver);
            if (!real.Select(call => call.Body).SequenceEqual(own.Select(call => call.Body)))
            {
                yield return $"{receiver}: the calls differ\n  real:\n{Shown(real)}\n  own:\n{Shown(own)}";
            }
            else if (real.Zip(own).FirstOrDefault(pair => (pair.First.At - pair.Second.At).Duration() > Tolerance) is { First.Body: not null } apart)
            {
                yield return $"{receiver}: a call came {apart.Second.At - apart.First.At} after the real one's";
            }
        }
    }

    /// <summary>In order of time; calls of different groups at about the same time in order of their text, since nothing orders those.</summary>
    List<(TimeSpan At, string Body)> Of(string side, string receiver)
    {
        var ordered = new List<(TimeSpan At, string Body)>();
        var together = new List<(TimeSpan At, string Body)>();
        foreach (var call in calls.Where(call => call.Side == side && call.Receiver == receiver && call.At < End).Select(call => (call.At, call.Body)).OrderBy(call => call.At))
        {
            if (together.Count > 0 && call.At - together[^1].At > AboutTheSame) Close();
            together.Add(call);
        }
        Close();
        return ordered;

        void Close()
        {
            ordered.AddRange(together.OrderBy(call => call.Body, StringComparer.Ordinal));
            together.Clear();
        }
    }

    static string Shown(IEnumerable<(TimeSpan At, string Body)> list) => string.Join('\n', list.Select(call => $"    {call.At.TotalSeconds:0.0}s {call.Body}"));

    /// <summary>Returns how much later than planned its latest step was answered.</summary>
    async Task<TimeSpan> PlayAsync(AlertScenario scenario, string[] servers, DateTimeOffset start)
    {
        var late = TimeSpan.Zero;
        var silences = new string[servers.Length];
        var started = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var step in scenario.Steps)
        {
            var parts = step.Split(' ');
            var at = TimeSpan.FromSeconds(double.Parse(parts[0], CultureInfo.InvariantCulture));
            if (at > clock.Elapsed) await Task.Delay(at - clock.Elapsed);
            var now = start + at; // The planned time, so that both servers get the very same texts.
            await Task.WhenAll(servers.Select(async (server, index) =>
            {
                switch (parts[1])
                {
                    case "silence":
                        silences[index] = await SilenceAsync(server, scenario, parts, now);
                        break;
                    case "expire":
                        (await http.DeleteAsync($"{server}/api/v2/silence/{silences[index]}")).EnsureSuccessStatusCode();
                        break;
                    default:
                        (await http.PostAsJsonAsync($"{server}/api/v2/alerts", new[] { Alert(scenario, parts, now, started) })).EnsureSuccessStatusCode();
                        break;
                }
            }));
            if (clock.Elapsed - at > late) late = clock.Elapsed - at;
        }
        return late;
    }

    static object Alert(AlertScenario scenario, string[] parts, DateTimeOffset now, Dictionary<string, DateTimeOffset> started)
    {
        var labels = parts.Skip(3).Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        labels["alertname"] = parts[2];
        labels["scenario"] = scenario.Name;
        var key = string.Join(' ', parts.Skip(2));
        DateTimeOffset starts;
        lock (started)
        {
            starts = parts[1] == "resolve" || parts[1] == "note" ? started[key] : started[key] = parts[1] == "fire-old" ? now - TimeSpan.FromMinutes(1) : now;
        }
        var ends = parts[1] switch
        {
            "resolve" => now,
            "fire-for-3" => now + TimeSpan.FromSeconds(3),
            _ => starts + TimeSpan.FromHours(1),
        };
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["summary"] = $"{parts[2]} is {(parts[1] == "note" ? "changed" : "so")}" };
        return new { labels, annotations, startsAt = starts, endsAt = ends, generatorURL = "http://prometheus/graph?g0.expr=up" };
    }

    async Task<string> SilenceAsync(string server, AlertScenario scenario, string[] parts, DateTimeOffset now)
    {
        var isRegex = parts[2].Contains("=~", StringComparison.Ordinal);
        var pair = parts[2].Split(isRegex ? "=~" : "=");
        var answer = await http.PostAsJsonAsync($"{server}/api/v2/silences", new
        {
            matchers = new[] { new { name = pair[0], value = pair[1], isRegex, isEqual = true }, new { name = "scenario", value = scenario.Name, isRegex = false, isEqual = true } },
            startsAt = now - TimeSpan.FromSeconds(1),
            endsAt = now + TimeSpan.FromSeconds(int.Parse(parts[3], CultureInfo.InvariantCulture)),
            createdBy = "test",
            comment = "test",
        });
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Dictionary<string, string>>())!["silenceID"];
    }

    static string Config(string hookAddress)
    {
        var yaml = new StringBuilder("route:\n  receiver: nobody\n  routes:\n");
        foreach (var scenario in AlertScenario.All)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"    - {{matchers: ['scenario=\"{scenario.Name}\"'], receiver: {scenario.Name}, {scenario.Route}");
            var routes = (scenario.Routes ?? []).Select((route, index) => $"{{receiver: {scenario.Name}.{index}, {route}}}");
            yaml.Append(CultureInfo.InvariantCulture, $", routes: [{string.Join(", ", routes)}]}}\n");
        }
        yaml.Append("receivers:\n  - name: nobody\n");
        foreach (var scenario in AlertScenario.All)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{name: {scenario.Name}, webhook_configs: {scenario.ReceiverYaml(hookAddress)}}}\n");
            for (var i = 0; i < (scenario.Routes ?? []).Length; i++)
            {
                yaml.Append(CultureInfo.InvariantCulture, $"  - {{name: {scenario.Name}.{i}, webhook_configs: [{{url: '{hookAddress}/{scenario.Name}.{i}'}}]}}\n");
            }
        }
        yaml.Append("inhibit_rules:\n");
        foreach (var scenario in AlertScenario.All)
        {
            foreach (var rule in scenario.Inhibit ?? [])
            {
                yaml.Append(CultureInfo.InvariantCulture, $"  - {{{AddScenario(rule, scenario.Name)}}}\n");
            }
        }
        yaml.Append("time_intervals:\n  - {name: always, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}\n  - {name: never, time_intervals: [{years: ['2001']}]}\n");
        return yaml.ToString();
    }

    /// <summary>Both sides of a rule are bound to the story, and the story must be equal.</summary>
    static string AddScenario(string rule, string name) => rule
        .Replace("source_matchers: [", $"source_matchers: ['scenario=\"{name}\"', ", StringComparison.Ordinal)
        .Replace("target_matchers: [", $"target_matchers: ['scenario=\"{name}\"', ", StringComparison.Ordinal)
        .Replace("source_match: {", $"source_match: {{scenario: {name}, ", StringComparison.Ordinal)
        .Replace("target_match_re: {", $"target_match_re: {{scenario: {name}, ", StringComparison.Ordinal);

    async Task TakeAsync(HttpContext context)
    {
        var at = clock.Elapsed;
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (side, receiver) = (parts[0], parts[1]);
        if (receiver == "failing" && failedOnce.TryAdd(side, true)) context.Response.StatusCode = StatusCodes.Status400BadRequest; // For good: told again at the next interval.
        else calls.Enqueue((side, receiver, at, Normal(body)));
    }

    /// <summary>Without the server's own address; Go writes three characters by their number although JSON does not ask for it.</summary>
    static string Normal(string body) => ExternalUrl().Replace(body.Trim(), "")
        .Replace("\\u003c", "<", StringComparison.Ordinal).Replace("\\u003e", ">", StringComparison.Ordinal).Replace("\\u0026", "&", StringComparison.Ordinal);

    [GeneratedRegex("\"externalURL\":\"[^\"]*\",")]
    private static partial Regex ExternalUrl();
}
