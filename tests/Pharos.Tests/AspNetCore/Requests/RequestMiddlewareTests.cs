using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pharos.Tests.AspNetCore.Requests;

public sealed class RequestMiddlewareTests
{
    [Theory]
    [InlineData("abc-123_x.y:z")]
    [InlineData("0af7651916cd43dd8448eb211c80319c")]
    public async Task A_well_formed_id_is_taken_logged_and_returned(string id)
    {
        await using var service = await SomeService.StartAsync(app => app.MapGet("/orders/{id}", (int id, ILoggerFactory loggers, HttpContext context) =>
        {
            loggers.CreateLogger("Shop").LogInformation("Looked {Id} up", id);
            return context.TraceIdentifier;
        }));
        var answer = await SendAsync(service, "/orders/7", id);

        Assert.Equal(id, Assert.Single(answer.Headers.GetValues("X-Request-ID")));
        Assert.Equal(id, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(id, service.Lines.Single(line => line.GetProperty("logger").GetString() == "Shop").GetProperty("request_id").GetString());
        var request = service.Lines.Single(line => line.GetProperty("logger").GetString() == "Pharos.AspNetCore.Requests");
        Assert.Equal("INFO GET /orders/{id} 200 " + id, $"{request.GetProperty("level")} {request.GetProperty("method")} {request.GetProperty("endpoint")} {request.GetProperty("status")} {request.GetProperty("request_id")}");
        Assert.InRange(request.GetProperty("duration_ms").GetDouble(), 0, 60_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\"b")]
    [InlineData("<script>")]
    [InlineData("a;b")]
    [InlineData("129")]
    [InlineData("mega")]
    public async Task Any_other_id_gives_way_to_a_new_one(string sent)
    {
        sent = sent switch { "129" => new string('x', 129), "mega" => new string('x', 1 << 20), _ => sent };
        await using var service = await SomeService.StartAsync(app => app.MapGet("/", () => "ok"));
        var answer = await SendAsync(service, "/", sent);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(Guid.TryParse(Assert.Single(answer.Headers.GetValues("X-Request-ID")), out _));
        Assert.DoesNotContain("<script>", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_ids_are_none_and_ids_of_clients_are_taken_only_when_trusted()
    {
        await using var service = await SomeService.StartAsync(app => app.MapGet("/", () => "ok"), options => options.Requests.TrustIncoming = false);
        await using var trusting = await SomeService.StartAsync(app => app.MapGet("/", () => "ok"));
        using var two = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Request-ID", new[] { "a", "b" } } } };

        Assert.NotEqual("chosen", Assert.Single((await SendAsync(service, "/", "chosen")).Headers.GetValues("X-Request-ID")));
        Assert.True(Guid.TryParse(Assert.Single((await trusting.Client.SendAsync(two, TestContext.Current.CancellationToken)).Headers.GetValues("X-Request-ID")), out _));
    }

    [Fact]
    public async Task The_id_is_on_error_answers_too_and_the_failure_is_a_line()
    {
        await using var service = await SomeService.StartAsync(app =>
        {
            app.UseExceptionHandler(handler => handler.Run(context => context.Response.WriteAsync("sorry")));
            app.MapGet("/fail", string () => throw new InvalidOperationException("broken"));
        });
        var answer = await SendAsync(service, "/fail", "id-1");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("id-1", Assert.Single(answer.Headers.GetValues("X-Request-ID")));
        Assert.Contains(service.Lines, line => line.GetProperty("level").GetString() == "ERROR" && line.TryGetProperty("status", out var status) && status.GetInt32() == 500);
        Assert.All(service.Lines.Where(line => line.TryGetProperty("exception", out _)), line => Assert.Equal("id-1", line.GetProperty("request_id").GetString()));
    }

    [Fact]
    public async Task A_client_that_did_not_wait_is_no_error_of_the_service()
    {
        using var impatience = new CancellationTokenSource();
        await using var service = await SomeService.StartAsync(app => app.MapGet("/patient", async (HttpContext context) =>
        {
            await impatience.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.Client.GetAsync("/patient", impatience.Token));
        await Eventually.HoldsAsync(() => service.Lines.Any(IsAnswered), "the end of the request is logged");

        var line = Assert.Single(service.Lines, IsAnswered);
        Assert.Equal("INFO 499", $"{line.GetProperty("level")} {line.GetProperty("status")}");

        static bool IsAnswered(System.Text.Json.JsonElement line) => line.TryGetProperty("endpoint", out var endpoint) && endpoint.GetString() == "/patient";
    }

    [Fact]
    public async Task The_id_goes_on_with_calls_of_any_client_unless_that_is_switched_off()
    {
        await using var inner = await SomeService.StartAsync(app => app.MapGet("/", (HttpContext context) => context.TraceIdentifier));
        Action<WebApplication> map = app => app.MapGet("/", async () =>
        {
            using var client = new HttpClient { BaseAddress = inner.Client.BaseAddress }; // Not the test's: that one sends nothing of a trace.
            using var own = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Request-ID", "own" } } };
            using var chosen = await client.SendAsync(own);
            return $"{await client.GetStringAsync("/")} {await chosen.Content.ReadAsStringAsync()}";
        });
        await using var outer = await SomeService.StartAsync(map);
        await using var silent = await SomeService.StartAsync(map, options => options.Requests.SendOn = false);

        Assert.Equal("chain-2 own", await (await SendAsync(outer, "/", "chain-2")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain("chain-2", await (await SendAsync(silent, "/", "chain-2")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_id_goes_on_with_calls_of_the_client_factory()
    {
        await using var inner = await SomeService.StartAsync(app => app.MapGet("/", (HttpContext context) => context.TraceIdentifier));
        await using var outer = await SomeService.StartAsync(
            app => app.MapGet("/", (IHttpClientFactory clients) => clients.CreateClient("inner").GetStringAsync("/")),
            build: builder => builder.Services.AddHttpClient("inner", client => client.BaseAddress = inner.Client.BaseAddress));
        var answer = await SendAsync(outer, "/", "chain-1");

        Assert.Equal("chain-1", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_signed_in_user_is_on_the_lines_and_no_later_request_is_taken_for_it()
    {
        var background = new TaskCompletionSource();
        Task? late = null;
        await using var service = await SomeService.StartAsync(app =>
        {
            app.MapGet("/me", (HttpContext context, ILoggerFactory loggers) =>
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "user-456")], "test"));
                var logger = loggers.CreateLogger("Shop");
                logger.LogInformation("during");
                late = Task.Run(async () =>
                {
                    await background.Task;
                    logger.LogInformation("late");
                });
            });
            app.MapGet("/other", (HttpContext context) => { context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "other")], "test")); });
        });
        await SendAsync(service, "/me", "r1");
        await SendAsync(service, "/other", "r2");
        background.SetResult();
        await late!;

        Assert.All(service.Lines.Where(line => line.GetProperty("message").GetString() is "during" or "late"), line => Assert.Equal("user-456 r1", $"{line.GetProperty("user_id")} {line.GetProperty("request_id")}"));
    }

    [Fact]
    public async Task Without_ids_and_lines_the_answer_is_as_it_was()
    {
        await using var service = await SomeService.StartAsync(app => app.MapGet("/", () => "ok"), options => (options.Requests.Ids, options.Requests.Lines) = (false, false));
        var answer = await SendAsync(service, "/", "x");

        Assert.False(answer.Headers.Contains("X-Request-ID"));
        Assert.DoesNotContain("Pharos.AspNetCore.Requests", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loggers_still_speak_while_and_after_the_service_ends()
    {
        ILogger? logger = null;
        var service = await SomeService.StartAsync(app =>
        {
            logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Shop");
            app.Lifetime.ApplicationStopped.Register(() => logger.LogInformation("stopped"));
        });
        await service.App.StopAsync(TestContext.Current.CancellationToken);
        var before = service.Log;
        await service.DisposeAsync();
        logger!.LogInformation("after the end");

        Assert.Contains("stopped", before, StringComparison.Ordinal);
    }

    static async Task<HttpResponseMessage> SendAsync(SomeService service, string path, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (id.Length > 0) request.Headers.TryAddWithoutValidation("X-Request-ID", id);
        return await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
