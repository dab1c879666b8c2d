using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Durability;

/// <summary>The real server on a real disk that becomes full, loses its inodes, or is read-only: it refuses what it cannot keep, goes on with all else, tells, and is
/// well again by itself.</summary>
public sealed class FullDiskTests
{
    const int SamplesOfPush = RemoteWriteMessage.Series * RemoteWriteMessage.SamplesOfSeries;

    [Theory]
    [InlineData(DiskTrouble.Full)]
    [InlineData(DiskTrouble.NoInodes)]
    [InlineData(DiskTrouble.ReadOnly)]
    public async Task Pushes_are_refused_all_else_goes_on_and_with_room_all_is_well_without_a_restart(DiskTrouble trouble)
    {
        SmallDisk.SkipUnlessPossible();
        using var folder = new TemporaryFolder();
        await using var target = await LocalServer.StartAsync(context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4";
            return context.Response.WriteAsync("scraped 1\n");
        });
        folder.Write("prometheus.yml", $$"""
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: target
                static_configs: [{targets: ["{{target.Address}}"]}]
            """);
        folder.Write("alertmanager.yml", "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
        await using var disk = await SmallDisk.MountAsync(folder.Data);
        var acknowledged = new List<int>();
        await using (var pharos = await StartAsync(folder, disk))
        {
            Assert.Equal(HttpStatusCode.NoContent, await PushAsync(pharos, acknowledged, 0));
            Assert.Equal(HttpStatusCode.OK, (await PostAlertAsync(pharos, "before")).StatusCode);

            await disk.BeginAsync(trouble);
            var push = 0;
            await Eventually.HoldsAsync(async () => await PushAsync(pharos, acknowledged, ++push) == HttpStatusCode.ServiceUnavailable, () => $"a push is refused; {push} were made");
            await AssertToldAsync(pharos, trouble);
            await AssertGoesOnAsync(pharos);
            if (trouble == DiskTrouble.Full) Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAlertAsync(pharos, "refused")).StatusCode);

            await disk.EndAsync(trouble);
            var since = Stopwatch.StartNew();
            await Eventually.HoldsAsync(async () => (await pharos.Client.GetAsync("-/ready")).StatusCode == HttpStatusCode.OK, () => pharos.Output);
            await Eventually.HoldsAsync(async () => await PushAsync(pharos, acknowledged, ++push) == HttpStatusCode.NoContent, () => pharos.Output);
            await Eventually.HoldsAsync(async () => (await PostAlertAsync(pharos, "after")).StatusCode == HttpStatusCode.OK, () => pharos.Output);
            TestContext.Current.TestOutputHelper?.WriteLine($"well again after {since.Elapsed.TotalSeconds:0.0} s");
            await Eventually.HoldsAsync(async () => (await FindingsAsync(pharos)).Length == 0, () => pharos.Output);
            AssertFewLines(pharos, since.Elapsed);
            await AssertAllThereAsync(pharos, acknowledged);

            // And once more, with a kill in the middle of it.
            await disk.BeginAsync(DiskTrouble.Full);
            await Eventually.HoldsAsync(async () => await PushAsync(pharos, acknowledged, ++push) == HttpStatusCode.ServiceUnavailable, () => $"a push is refused; {push} were made");
        }
        await disk.EndAsync(DiskTrouble.Full);
        await using var again = await StartAsync(folder, disk);
        await AssertAllThereAsync(again, acknowledged);
        var alerts = await again.Client.GetStringAsync("api/v2/alerts");
        Assert.Contains("\"before\"", alerts, StringComparison.Ordinal);
        Assert.Contains("\"after\"", alerts, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, await PushAsync(again, acknowledged, 1_000_000));
        Assert.DoesNotContain("set aside", again.Output, StringComparison.Ordinal);
    }

    static Task<PharosProcess> StartAsync(TemporaryFolder folder, SmallDisk disk)
    {
        var address = $"127.0.0.1:{PharosProcess.FreePort()}";
        return PharosProcess.StartAsync(new($"http://{address}/"), folder.Path, ["serve", folder.Path, "--listen", address, "--data", folder.Data], launcher: disk.Launcher);
    }

    static async Task<HttpStatusCode> PushAsync(PharosProcess pharos, List<int> acknowledged, int push)
    {
        using var body = RemoteWriteMessage.Create(push);
        using var answer = await pharos.Client.PostAsync("api/v1/write", body);
        if (answer.StatusCode == HttpStatusCode.NoContent) acknowledged.Add(push);
        else Assert.Contains("cannot be stored now: ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        return answer.StatusCode;
    }

    static Task<HttpResponseMessage> PostAlertAsync(PharosProcess pharos, string name) =>
        pharos.Client.PostAsync("api/v2/alerts", new StringContent($$"""[{"labels": {"alertname": "{{name}}"}, "endsAt": "2099-01-01T00:00:00Z"}]""", Encoding.UTF8, "application/json"));

    static async Task AssertToldAsync(PharosProcess pharos, DiskTrouble trouble)
    {
        var reason = trouble == DiskTrouble.ReadOnly ? "Read-only file system" : "No space left on device";
        await Eventually.HoldsAsync(async () => (await FindingsAsync(pharos)).Any(text => text.Contains(reason, StringComparison.Ordinal)), () => pharos.Output);
        using var ready = await pharos.Client.GetAsync("-/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains(reason, await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await pharos.Client.GetAsync("-/healthy")).StatusCode);
        await Eventually.HoldsAsync(async () => (await pharos.Client.GetStringAsync("metrics")).Contains("\npharos_storage_read_only 1\n", StringComparison.Ordinal), () => "the metric tells it");
        await Eventually.HoldsAsync(() => Task.FromResult(pharos.Output.Contains("refuses: ", StringComparison.Ordinal)), () => pharos.Output);
    }

    /// <summary>Queries are answered, with what is scraped while nothing can be written.</summary>
    static async Task AssertGoesOnAsync(PharosProcess pharos)
    {
        var before = await NumberAsync(pharos, "timestamp(scraped)");
        await Eventually.HoldsAsync(async () => await NumberAsync(pharos, "timestamp(scraped)") > before + 2, () => $"it is scraped on:\n{pharos.Output}");
    }

    /// <summary>One line a minute, and none with the places of our code.</summary>
    static void AssertFewLines(PharosProcess pharos, TimeSpan lasted)
    {
        var lines = pharos.Output.Split('\n');
        Assert.InRange(lines.Count(line => line.Contains("refuses: ", StringComparison.Ordinal)), 1, 2 + (int)lasted.TotalMinutes + 3);
        Assert.DoesNotContain(lines, line => line.Contains("   at Pharos.", StringComparison.Ordinal));
    }

    static async Task AssertAllThereAsync(PharosProcess pharos, List<int> acknowledged)
    {
        var wanted = acknowledged.ToDictionary(push => RemoteWriteMessage.NameOf(push));
        using var answer = JsonDocument.Parse(await QueryAsync(pharos, "sum by (push) (count_over_time({push=~\".+\"}[1d]))"));
        foreach (var one in answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var name = one.GetProperty("metric").GetProperty("push").GetString()!;
            if (!wanted.Remove(name)) continue; // It was not acknowledged, and may be there or not.
            Assert.Equal($"{name} {SamplesOfPush}", $"{name} {one.GetProperty("value")[1].GetString()}");
        }
        Assert.Empty(wanted);
    }

    static async Task<double> NumberAsync(PharosProcess pharos, string query)
    {
        using var answer = JsonDocument.Parse(await QueryAsync(pharos, query));
        var result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? double.NaN : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    static Task<string> QueryAsync(PharosProcess pharos, string query) => pharos.Client.GetStringAsync("api/v1/query?query=" + Uri.EscapeDataString(query));

    static async Task<string[]> FindingsAsync(PharosProcess pharos)
    {
        using var answer = JsonDocument.Parse(await pharos.Client.GetStringAsync("api/v1/status/findings"));
        return [.. answer.RootElement.GetProperty("data").GetProperty("findings").EnumerateArray().Where(one => one.GetProperty("where").GetString() == "disk").Select(one => one.GetProperty("message").GetString()!)];
    }
}

public enum DiskTrouble
{
    Full,
    NoInodes,
    ReadOnly,
}
