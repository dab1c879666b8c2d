using System.Text.Json;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Api;

/// <summary>Every endpoint of the API answers in the form of the real Prometheus: the same status, the same keys, the same JSON types at each depth.</summary>
/// <remarks>Where Pharos differs on purpose the difference is listed with its reason; one that is listed but not there makes the test red, too.</remarks>
public sealed class SameShapesTests(ServerPair servers) : IClassFixture<ServerPair>
{
    /// <summary>What differs, by the start of the call and the line of the shape: - only Prometheus has it, + only Pharos.</summary>
    /// <remarks>Prometheus 3.14 has what is marked "newer"; the one that is compared with may be older.</remarks>
    static readonly (string Call, string Line, string Reason)[] Explained =
    [
        ("targets?state=", "data.droppedTargetCounts: ", "an empty object, as the OpenAPI document wants; Prometheus writes null"),
        ("targets/relabel_steps", "", "newer"),
        ("status/tsdb/blocks", "", "newer"),
        ("status/self_metrics", "", "newer"),
        ("search/", "", "newer"),
        ("POST search/", "", "newer"),
        ("features", "", "newer"),
        ("parse_query?query=", ".anchored: boolean", "newer"),
        ("parse_query?query=", ".smoothed: boolean", "newer"),
        ("parse_query?query=", ".fillValues", "newer"),
        ("rules?exclude_alerts=true", "data.groups[].rules[].alerts: ", "an empty list, as the OpenAPI document wants; Prometheus writes null"),
        ("status/flags", "data.web.local-assets: string", "of Debian's build"),
        ("status/flags", "data.storage.tsdb.block-reload-interval: string", "newer"),
        ("status/flags", "data.web.search.max-limit: string", "newer"),
        ("status/flags", "data.web.enable-otlp-receiver: string", "not in Debian's build"),
        ("query?query=up&time=NaN", "", "no time: refused here; Prometheus evaluates at a time of its own choice"),
        ("series?match[]=up&start=2&end=1", "", "told here, as query_range does; Prometheus finds nothing"),
        ("POST admin/tsdb/delete_series?match[]=up&start=2", "", "told here; Prometheus deletes nothing"),
        ("status/tsdb?limit=10001", "", "newer: at most 10000"),
    ];

    [Fact]
    public async Task Answers_have_the_form_of_the_real_server_s() => await CompareAsync(servers.Prometheus, servers.Pharos, ApiCalls.Good, compareWords: false);

    [Fact]
    public async Task Bad_calls_have_the_status_and_the_kind_of_error_of_the_real_server() => await CompareAsync(servers.Prometheus, servers.Pharos, ApiCalls.Bad, compareWords: true);

    [Fact]
    public async Task Administration_answers_alike_when_it_is_switched_on()
    {
        using var folder = new TemporaryFolder();
        await using var prometheus = await RunningPrometheus.StartAsync("scrape_configs: []\n", "--web.enable-admin-api");
        folder.Write("prometheus.yml", "scrape_configs: []\n");
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data, "--web.enable-admin-api");

        await CompareAsync(prometheus.Client, pharos.Client, ApiCalls.Admin, compareWords: true);
    }

    /// <summary>A page of groups leads to the next, and the last one to none, with the tokens of each server.</summary>
    [Fact]
    public async Task Pages_of_rule_groups_follow_each_other()
    {
        foreach (var server in (HttpClient[])[servers.Prometheus, servers.Pharos])
        {
            var names = new List<string>();
            string? token = null;
            do
            {
                using var page = JsonDocument.Parse(await server.GetStringAsync("api/v1/rules?group_limit=1" + (token is null ? "" : $"&group_next_token={token}"), TestContext.Current.CancellationToken));
                var data = page.RootElement.GetProperty("data");
                names.AddRange(data.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("name").GetString()!));
                token = data.TryGetProperty("groupNextToken", out var next) ? next.GetString() : null;
            }
            while (token is not null && names.Count < 10);
            Assert.Equal(["alerts", "recordings"], names);
        }
    }

    static async Task CompareAsync(HttpClient prometheus, HttpClient pharos, string[] calls, bool compareWords)
    {
        var found = new List<string>();
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in calls)
        {
            var (expected, actual) = (await ApiAnswer.AskAsync(prometheus, call), await ApiAnswer.AskAsync(pharos, call));
            var differences = expected.Shape.Except(actual.Shape).Select(line => "- " + line).Concat(actual.Shape.Except(expected.Shape).Select(line => "+ " + line)).ToList();
            if (expected.Status != actual.Status) differences.Add($"status {actual.Status} instead of {expected.Status}");
            if (compareWords && expected.ErrorType != actual.ErrorType) differences.Add($"error type {actual.ErrorType} instead of {expected.ErrorType}");
            foreach (var difference in differences)
            {
                var reason = Explained.FirstOrDefault(one => call.StartsWith(one.Call, StringComparison.Ordinal) && difference.Contains(one.Line, StringComparison.Ordinal));
                if (reason.Reason is null) found.Add($"{call}: {difference}");
                else used.Add(reason.Call + reason.Line);
            }
        }
        found.AddRange(Explained.Where(one => calls.Any(call => call.StartsWith(one.Call, StringComparison.Ordinal)) && !used.Contains(one.Call + one.Line)).Select(one => $"{one.Call}: {one.Line} is explained, but there is no such difference"));
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
