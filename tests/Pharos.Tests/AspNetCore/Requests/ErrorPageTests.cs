using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Errors;
using Pharos.Tests.AspNetCore.Errors;

namespace Pharos.Tests.AspNetCore.Requests;

/// <summary>A failure is told under the endpoint that failed, once, whatever makes an answer of it and wherever that stands.</summary>
public sealed class ErrorPageTests
{
    static CancellationToken End => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("behind")]
    [InlineData("before")]
    [InlineData("nobody")]
    [InlineData("late routing")]
    public async Task Line_measurement_and_report_name_what_failed_and_not_the_page(string handler)
    {
        await using var reports = await EnvelopeServer.StartAsync();
        await using var service = await SomeService.StartAsync(
            app =>
            {
                if (handler is "behind" or "late routing") app.UseExceptionHandler("/error");
                if (handler == "late routing") app.UseRouting();
                app.MapGet("/orders/{id}", string (int id) => throw new InvalidOperationException("broken"));
                app.MapGet("/error", (ILoggerFactory loggers) =>
                {
                    loggers.CreateLogger("Page").LogInformation("made");
                    return Results.Text("sorry", statusCode: 500);
                });
            },
            options => options.Errors.Dsn = reports.Dsn,
            first: app =>
            {
                if (handler == "before") app.UseExceptionHandler("/error");
            });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders/7") { Headers = { { "X-Request-ID", "id-1" } } };
        using var answer = await service.Client.SendAsync(request, End);
        var report = await reports.NextAsync("event");
        var metrics = await service.Client.GetStringAsync("/metrics", End);
        Assert.True(await service.App.Services.GetRequiredService<ErrorReporter>().Sender.FlushAsync(Patience.Limit));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        if (handler != "nobody") Assert.Equal("id-1", Assert.Single(answer.Headers.GetValues("X-Request-ID"))); // The server's own bare 500 has no headers of the application.
        Assert.Equal("/orders/{id}", Assert.Single(service.Lines, IsRequest).GetProperty("endpoint").GetString());
        Assert.All(service.Lines.Where(line => line.GetProperty("logger").GetString() == "Page" || line.TryGetProperty("exception", out _)), line => Assert.Equal("id-1", line.GetProperty("request_id").GetString()));
        Assert.Equal(handler != "nobody", service.Lines.Any(line => line.GetProperty("logger").GetString() == "Page"));
        Assert.Equal("GET /orders/{id}", report.GetProperty("transaction").GetString());
        Assert.EndsWith("/orders/7", report.GetProperty("request").GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Single(reports.Of("event"));
        Assert.Contains("http_requests_total{endpoint=\"/orders/{id}\",method=\"GET\",status=\"500\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("api_errors_total{endpoint=\"/orders/{id}\",error_type=\"InvalidOperationException\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("/error", metrics, StringComparison.Ordinal);
        Assert.Contains("\nhttp_requests_active 1\n", metrics, StringComparison.Ordinal);

        static bool IsRequest(JsonElement line) => line.TryGetProperty("status", out _) && line.GetProperty("logger").GetString() == "Pharos.AspNetCore.Requests" && line.GetProperty("endpoint").GetString() != "/metrics";
    }

    [Theory]
    [InlineData(503, 1)]
    [InlineData(409, 0)]
    public async Task What_a_handler_of_the_application_answers_is_reported_when_the_client_saw_a_failure(int status, int expected)
    {
        await using var reports = await EnvelopeServer.StartAsync();
        await using var service = await SomeService.StartAsync(
            app =>
            {
                app.UseExceptionHandler();
                app.MapGet("/", string () => throw new InvalidOperationException("broken"));
            },
            options => options.Errors.Dsn = reports.Dsn,
            builder => builder.Services.AddProblemDetails().AddSingleton<IExceptionHandler>(new Answering(status)));
        using var answer = await service.Client.GetAsync("/", End);
        Assert.True(await service.App.Services.GetRequiredService<ErrorReporter>().Sender.FlushAsync(Patience.Limit));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(Enumerable.Repeat("broken", expected), reports.Of("event").Select(report => report.GetProperty("exception").GetProperty("values")[0].GetProperty("value").GetString()));
    }

    sealed class Answering(int status) : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            httpContext.Response.StatusCode = status;
            return ValueTask.FromResult(true);
        }
    }
}
