using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Pharos.EndToEnd.Processes;
using Pharos.Model.Diagnostics;
using Pharos.Server.Alerting;
using Pharos.Server.Config;

namespace Pharos.EndToEnd.Alerting;

/// <summary>Matchers, well and badly formed, in filters of the API and in the file: the real Alertmanager and Pharos must take, refuse and find the same.</summary>
public sealed class SameMatchersAsAlertmanagerTests : IDisposable
{
    /// <summary>Both grammars, and what only one of them takes.</summary>
    static readonly string[] Texts =
    [
        "alertname=\"Src\"", "alertname=\"Src\",", "alertname=\"Src\" , ", "alertname=\"Src\",,", ",alertname=\"Src\"", ",", " , ", "{}", "{,}", "{", "}", "{ }",
        "{alertname=\"Src\"}", "{alertname=\"Src\",}", "{alertname=\"Src\"", "alertname=\"Src\"}", "alertname=Src", "alertname=Src,", "alertname=Src , ", " alertname = Src ",
        "alertname=Src,x=1", "alertname=\"Src\",x=\"1\"", "{alertname=Src,x=1}", "{alertname=Src, x=1, }", "alertname=~Src|Dst", "alertname=~\"Src|Dst\",", "alertname!~S.*", "alertname!=Src",
        "alertname!Src", "alertname==Src", "alertname=~~Src", "alertname=~=Src", "=Src", "alertname", "alertname=", "alertname!=", "alertname=~", "alertname=\"\"", "alertname=\"", "alertname=\"Src",
        "alertname=Src\"", "alertname=S\"r\"c", "alertname='Src'", "alertname=`Src`", "\"alertname\"=\"Src\"", "\"alertname\"=Src", "'alertname'=Src", "1x=1", "x:y=1", "a-b=1", "\"a b\"=\"c d\"",
        "a b=c d", "x=c d", "x=c d, ", "x=c d,y=e f", "größe=1", "größe=\"\\u00fc\"", "größe=\"\\xc3\\xbc\"", "größe=\"\\303\\274\"", "größe=\"\\xff\"", "größe=\"\\400\"", "größe=\"\\U0001F600\"",
        "größe=\"\\'\"", "x=\"\\u00fc\"", "x=\"\\d+\"", "x=~\"\\d+\"", "x=~\"[0-9\"", "x=~\"a{2}\"", "x=~a{2}", "x=\"a\\\\b\"", "x=\"a\\nb\"", "x=\"a\nb\"", "x=a\\", "x=\"a\\\"", "x=a\\,y=b", "x=\"a,b\"",
        "x=\"a\\\",b\"", "x=\"a\",y=\"b,c\",", "x=\"a\" y=\"b\"", "\u00a0x=1", "x=1\u00a0", "x\u00a0=1", "x=\v1", "x=\u20291", "x=1\u0085", "x=\"\ud83d\ude00\"", "\ud83d\ude00=1", "x=\ud83d\ude00,", "\"\"=\"1\"", "\"\"=\"\"",
        "x!=\"1\",x!=\"2\"", "x=0", "x=1,", "x=\"1\"\t,\t", "x=1;y=2", "x=1&y=2", "x=(1)", "x=[1]", "x=#1", "x=1}", "{x=1", "{x=1},", "{x=1}}", "{{x=1}}",
    ];

    readonly string folder = Directory.CreateTempSubdirectory("pharos-matchers-").FullName;
    readonly HttpClient http = new();

    [Fact]
    public async Task The_same_filters_find_the_same_alerts()
    {
        await using var both = await BesideAlertmanager.StartAsync();
        string[] servers = [both.RealUrl, both.OwnUrl];
        foreach (var server in servers)
        {
            (await http.PostAsJsonAsync($"{server}/api/v2/alerts", Alerts())).EnsureSuccessStatusCode();
            await Eventually.HoldsAsync(async () => await FindAsync(server, "alertname=~\".+\"") == await FindAsync(server, "nowhere=\"\""), () => "the alerts are there");
        }

        var faults = new StringBuilder();
        foreach (var text in Texts)
        {
            var (wanted, got) = (await FindAsync(servers[0], text), await FindAsync(servers[1], text));
            if (wanted != got) faults.AppendLine($"{text}\n  alertmanager: {wanted}\n  pharos:       {got}");
        }
        Assert.True(faults.Length == 0, faults.ToString());
    }

    [Fact]
    public void The_same_matchers_are_taken_in_a_file()
    {
        var amtool = Peers.Find("amtool");
        var faults = new StringBuilder();
        Parallel.ForEach(Texts.Index(), new() { MaxDegreeOfParallelism = 4 }, one =>
        {
            var path = Path.Combine(folder, $"{one.Index}.yml");
            var quoted = JsonSerializer.Serialize(one.Item).Replace(@"\uD83D\uDE00", "\ud83d\ude00", StringComparison.Ordinal); // YAML has no escapes by halves.
            File.WriteAllText(path, $"route: {{receiver: a, routes: [{{matchers: [{quoted}]}}]}}\nreceivers: [{{name: a}}]\n");
            var (code, _) = Peers.Run(amtool, [], "check-config", path);
            var source = new ConfigSource();
            AlertmanagerFileReader.Read(source, path);
            if (source.HasErrors == (code != 0)) return;
            var ours = string.Join("; ", source.Diagnostics.Where(told => told.Severity == Severity.Error).Select(told => told.Message).DefaultIfEmpty("takes it"));
            lock (faults) faults.AppendLine($"{one.Item}\n  amtool: {(code == 0 ? "takes it" : "refuses it")}\n  pharos: {ours}");
        });
        Assert.True(faults.Length == 0, faults.ToString());
    }

    public void Dispose()
    {
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The values of <c>id</c> that a filter finds, or the status of the refusal.</summary>
    async Task<string> FindAsync(string server, string filter)
    {
        using var answer = await http.GetAsync($"{server}/api/v2/alerts?filter={Uri.EscapeDataString(filter)}");
        if (!answer.IsSuccessStatusCode) return $"refused {(int)answer.StatusCode}";
        var found = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return string.Join(' ', found.EnumerateArray().Select(alert => alert.GetProperty("labels").GetProperty("id").GetString()).Order(StringComparer.Ordinal));
    }

    static List<object> Alerts()
    {
        var values = new[] { "1", "2", "0", "c d", "a,b", "a\\b", "a\nb", "aa", "Src", "é", "ü", "a\\", "b,c", "a\",b", "'Src'", "d+", "\\d+", "\ud83d\ude00", "a{2}", "c d,y=e f", "1;y=2", "\u00fc" };
        var labels = new List<Dictionary<string, string>> { new() { ["alertname"] = "Src" }, new() { ["alertname"] = "Dst" }, new() { ["alertname"] = "Src", ["x"] = "1" }, new() { ["a b"] = "c d" }, new() { ["größe"] = "ü" } };
        labels.AddRange(values.Distinct().Select(value => new Dictionary<string, string> { ["alertname"] = "V", ["x"] = value }));
        return [.. labels.Select((set, index) =>
        {
            set["id"] = $"{index:000}";
            set.TryAdd("alertname", "Odd");
            return (object)new { labels = set, startsAt = DateTimeOffset.UtcNow, endsAt = DateTimeOffset.UtcNow.AddHours(1) };
        })];
    }
}
