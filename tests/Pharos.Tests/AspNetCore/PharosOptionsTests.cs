using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore;

namespace Pharos.Tests.AspNetCore;

public sealed class PharosOptionsTests
{
    [Fact]
    public async Task A_service_whose_settings_are_wrong_starts_and_tells_each_of_them()
    {
        var log = new KeptLog();
        await using var app = await RunningApplication.StartAsync(build: builder => builder.Logging.AddProvider(log), settings:
        [
            ("Metrcs:Path", "/m"), ("Metrics:Path", "metrics"), ("Metrics:MaxSeriesPerInstrument", "many"), ("Metrics:Requests:Naming", "mine"), ("Metrics:Instruments:x_total:Nmae", "y_total"),
            ("Requests:Header", "X Request"), ("Errors:Dsn", "https://s3cr3t.example.com"), ("Tracing:SampleRatio", "2"), ("CriticalAlerts:SlackWebhookUrl", "hooks.slack.com/s3cr3t"), ("Health:Path", "/health"), ("Redaction", "on"),
        ]);

        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync("/metrics", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("X-Request-ID", app.Services.GetRequiredService<PharosOptions>().Requests.Header);
        Assert.Equal(
            [
                "Pharos:Metrics:Path: \"metrics\"; write a path such as /metrics",
                "Pharos:Metrics:MaxSeriesPerInstrument: \"many\"; write a whole number from 1 to 1000000",
                "Pharos:Metrics:Requests:Naming: \"mine\"; write one of Pharos, OpenTelemetry, PrometheusNet",
                "Pharos:Requests:Header: \"X Request\"; write a header name such as X-Request-ID",
                "Pharos:Tracing:SampleRatio: \"2\"; write a number from 0 to 1",
                "Pharos:Errors:Dsn: \"(not shown: it holds a key)\"; write https://KEY@HOST/PROJECT; nothing is reported",
                "Pharos:CriticalAlerts:SlackWebhookUrl: \"(not shown: it is a secret)\"; write an address such as https://hooks.slack.com/services/...",
                "Pharos:Metrcs: unknown key; did you mean \"Metrics\"?",
                "Pharos:Redaction: it has a value; write keys below it",
                "Pharos:Metrics:Instruments:x_total:Nmae: unknown key; did you mean \"Name\"?",
            ],
            log.Lines.Where(line => line.StartsWith("Setting left out: ", StringComparison.Ordinal)).Select(line => line["Setting left out: ".Length..]));
    }

    [Fact]
    public void A_second_AddPharos_is_refused_with_a_word()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddPharos();

        Assert.Contains("called twice", Assert.Throws<InvalidOperationException>(() => builder.AddPharos()).Message, StringComparison.Ordinal);
    }
}
