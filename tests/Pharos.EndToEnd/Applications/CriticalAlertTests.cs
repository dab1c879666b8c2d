using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore;
using Pharos.AspNetCore.CriticalAlerts;
using Pharos.AspNetCore.Logs;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>A real Alertmanager takes what the package sends it.</summary>
public sealed class CriticalAlertTests
{
    static CancellationToken End => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_from_code_is_active_in_a_real_Alertmanager()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("alertmanager.yml", "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
        var port = PharosProcess.FreePort();
        await using var alertmanager = await Peers.StartAsync("prometheus-alertmanager", $"http://127.0.0.1:{port}/-/ready",
            $"--config.file={config}", $"--storage.path={folder.Path}/data", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddPharos(options => (options.ServiceName, options.Environment, options.Logs.Format, options.CriticalAlerts.AlertmanagerUrl) = ("shop", "staging", LogFormat.Host, http.BaseAddress));
        await using var app = builder.Build();
        var details = new Dictionary<string, string> { ["order id"] = "7", ["1st"] = "é\n\0" };

        Assert.True(await app.Services.GetRequiredService<ICriticalAlerts>().RaiseAsync("Terminal \"7\" lost", "no answer", details: details, cancellationToken: End));
        var alert = JsonDocument.Parse(await http.GetStringAsync("/api/v2/alerts", End)).RootElement.EnumerateArray().Single();
        Assert.Equal("active", alert.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal("""Terminal "7" lost critical shop staging""", $"{Label("alertname")} {Label("severity")} {Label("service")} {Label("environment")}");
        Assert.Equal("no answer 7 é\n\0", $"{Annotation("description")} {Annotation("order_id")} {Annotation("_1st")}");

        string Label(string name) => alert.GetProperty("labels").GetProperty(name).GetString()!;
        string Annotation(string name) => alert.GetProperty("annotations").GetProperty(name).GetString()!;
    }
}
