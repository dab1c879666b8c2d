using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Pharos.Server.Load;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Load;

public sealed class LoadRunTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stall_of_a_second_is_seen_by_everybody_who_would_have_met_it()
    {
        var arrived = 0;
        var stallEnd = new TaskCompletionSource();
        await using var service = await Service(_ =>
        {
            var number = Interlocked.Increment(ref arrived);
            if (number == 200) stallEnd.TrySetResult();
            return number > 100 ? stallEnd.Task : Task.CompletedTask;
        });
        using var run = new LoadRun(Plan(service, rate: 100, seconds: 3), TimeProvider.System);

        await run.RunAsync(Cancellation);

        // The visits due between 1 s and 2 s met the stall, and waited for 0 to 1 s evenly. A busy machine only adds to that, so there are no bounds above.
        Assert.Equal(300, run.All.Answered);
        Assert.True(run.All.Latency.Percentile(0.9).TotalSeconds >= 0.5);
        Assert.True(run.All.Latency.Percentile(0.99).TotalSeconds >= 0.85);
    }

    [Fact]
    public async Task The_rate_is_kept_whatever_the_answers_take()
    {
        var arrivals = new ConcurrentQueue<double>();
        var start = 0L;
        var allHaveCome = new TaskCompletionSource();
        await using var service = await Service(_ =>
        {
            arrivals.Enqueue(TimeProvider.System.GetElapsedTime(start).TotalSeconds);
            if (arrivals.Count == 200) allHaveCome.TrySetResult();
            return allHaveCome.Task; // Nobody is answered before all have come: whoever waited for answers would wait for ever.
        });
        using var run = new LoadRun(Plan(service, rate: 100, seconds: 2), TimeProvider.System);
        start = TimeProvider.System.GetTimestamp();

        await run.RunAsync(Cancellation);

        Assert.Equal((200, 200, 0), (run.Due, run.All.Answered, run.NotSent));
        Assert.True(run.SendingFor.TotalSeconds >= 1.95);
        // A busy machine makes visits late; nothing may make one early. The clock's grain is a millisecond.
        Assert.All(arrivals.Order().Select((at, visit) => (at, visit)), arrival => Assert.True(arrival.at >= arrival.visit / 100.0 - 0.001, $"visit {arrival.visit} came after {arrival.at} s"));
    }

    [Fact]
    public async Task What_is_due_beyond_the_bound_is_counted_and_is_an_error()
    {
        var released = new TaskCompletionSource();
        await using var service = await Service(_ => released.Task);
        using var run = new LoadRun(Plan(service, rate: 50, seconds: 1) with { MaxInFlight = 5 }, TimeProvider.System);

        var running = run.RunAsync(Cancellation);
        await Eventually.HoldsAsync(() => run.Due == 50, "all visits were due");
        released.SetResult();
        await running;

        Assert.Equal((50, 5, 45), (run.Due, run.All.Sent, run.NotSent));
        Assert.Equal(0.9, run.ErrorRatio);
        var report = new StringWriter();
        LoadReport.Print(run, [], report);
        Assert.Contains("45 visits were not sent because 5 were under way: the percentiles are better than the truth.", report.ToString());
    }

    [Fact]
    public async Task Refused_connections_are_faults_and_no_fast_answers()
    {
        using var nobody = new ClosedPort();
        var plan = new LoadPlan { Steps = [Step($"http://127.0.0.1:{nobody.Number}/")], Rate = 20, Duration = TimeSpan.FromSeconds(1), Timeout = Patience.Limit };
        using var run = new LoadRun(plan, TimeProvider.System);

        await run.RunAsync(Cancellation);

        Assert.Equal(20, run.All.Faults["refused"]);
        Assert.Equal((1.0, 0), (run.ErrorRatio, run.All.Latency.Count));
        Assert.Equal(["error ratio 1 is above 0.5", "p95 is unknown: nothing was answered"], new LoadThresholds(0.5, TimeSpan.FromSeconds(1), null).Missed(run));
    }

    [Fact]
    public async Task Time_outs_and_statuses_are_told_apart_and_a_time_out_is_a_latency()
    {
        var count = 0;
        await using var service = await Service(context =>
        {
            if (Interlocked.Increment(ref count) % 2 == 0) return Task.Delay(Timeout.Infinite, context.RequestAborted);
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        var time = new ManualTime(startMs: 1_000);
        using var run = new LoadRun(Plan(service, rate: 10, seconds: 1) with { Timeout = TimeSpan.FromSeconds(5) }, time);

        var running = run.RunAsync(Cancellation);
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => run.All.Answered == 5 && Volatile.Read(ref count) == 10, "half of the visits are answered, and the others wait");
        time.Advance(TimeSpan.FromSeconds(5));
        await running;

        Assert.Equal((5, 5, 10), (run.All.Faults["timeout"], run.All.Statuses[503], run.All.Failed));
        Assert.True(run.All.Latency.Max.TotalSeconds >= 5);
    }

    [Fact]
    public async Task A_visit_goes_on_with_what_was_saved_and_ends_at_an_expected_refusal()
    {
        var paths = new ConcurrentQueue<string>();
        await using var service = await Service(context =>
        {
            paths.Enqueue($"{context.Request.Method} {context.Request.Path}");
            if (context.Request.Path.Value!.Contains("pay", StringComparison.Ordinal)) context.Response.StatusCode = 404;
            return context.Response.WriteAsync("""{"order": {"id": 42}}""");
        });
        var step = new LoadStep("buy", 1,
        [
            new(HttpMethod.Post, LoadText.Plain($"{service.Urls.Single()}/orders")) { Saved = [new("order", "order.id")] },
            new(HttpMethod.Put, LoadText.Parse($"{service.Urls.Single()}/pay/${{order}}", ["order"], _ => null)) { Expected = new HashSet<int> { 404 }, Think = TimeSpan.FromMilliseconds(50) },
            new(HttpMethod.Get, LoadText.Plain($"{service.Urls.Single()}/never")),
        ]);
        using var run = new LoadRun(new() { Steps = [step], Rate = 1, Duration = TimeSpan.FromSeconds(1), Timeout = Patience.Limit }, TimeProvider.System);

        await run.RunAsync(Cancellation);

        Assert.Equal(["POST /orders", "PUT /pay/42"], paths);
        Assert.Equal((2, 0), (run.All.Answered, run.All.Failed));
    }

    [Fact]
    public async Task Weights_share_the_visits()
    {
        await using var service = await Service(_ => Task.CompletedTask);
        var url = service.Urls.Single();
        using var run = new LoadRun(new() { Steps = [Step(url, 3), Step(url, 1)], Rate = 1_000, Duration = TimeSpan.FromSeconds(1), MaxInFlight = 1_000, Timeout = Patience.Limit }, TimeProvider.System);

        await run.RunAsync(Cancellation);

        Assert.Equal(1_000, run.Steps[0].Sent + run.Steps[1].Sent);
        Assert.InRange(run.Steps[0].Sent, 650, 850); // More than seven standard deviations around 750.
    }

    [Fact]
    public async Task Cancelled_it_ends_soon_and_says_what_was_left_under_way()
    {
        await using var service = await Service(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var run = new LoadRun(Plan(service, rate: 20, seconds: 600), TimeProvider.System);
        using var ended = new CancellationTokenSource();

        var running = run.RunAsync(ended.Token);
        await Eventually.HoldsAsync(() => run.All.Sent >= 5, "some visits are under way");
        await ended.CancelAsync();
        await running.WaitAsync(Patience.Limit, Cancellation);

        Assert.Equal(run.All.Sent, run.All.Faults["abandoned"]);
        Assert.Equal(0, run.InFlight);
    }

    [Fact]
    public async Task An_answer_that_is_not_http_is_a_fault()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            var client = await listener.AcceptTcpClientAsync(Cancellation);
            await client.GetStream().WriteAsync("garbage\r\n\r\n"u8.ToArray(), Cancellation);
            return client;
        }, Cancellation);
        using var run = new LoadRun(new() { Steps = [Step($"http://{listener.LocalEndpoint}/")], Rate = 1, Duration = TimeSpan.FromSeconds(1), Timeout = Patience.Limit }, TimeProvider.System);

        await run.RunAsync(Cancellation);

        using var client = await answering; // Closed only now: an answer that is cut off is another fault.
        Assert.Equal(1, run.All.Faults["not http"]);
    }

    [Fact]
    public async Task The_json_has_every_figure()
    {
        await using var service = await Service(_ => Task.CompletedTask);
        using var run = new LoadRun(Plan(service, rate: 20, seconds: 1), TimeProvider.System);
        await run.RunAsync(Cancellation);

        using var output = new MemoryStream();
        LoadReport.PrintJson(run, ["p95 1 ms is above 0 ms"], output);

        using var json = JsonDocument.Parse(output.ToArray());
        var root = json.RootElement;
        Assert.Equal((20, 20, 0, 20.0), (root.GetProperty("sent").GetInt32(), root.GetProperty("statuses").GetProperty("200").GetInt32(), root.GetProperty("error_ratio").GetDouble(), root.GetProperty("rate").GetDouble()));
        Assert.All((string[])["p50", "p90", "p95", "p99", "p99.9", "max"], name => Assert.True(root.GetProperty("latency_seconds").GetProperty(name).GetDouble() > 0));
        Assert.Equal("p95 1 ms is above 0 ms", root.GetProperty("missed")[0].GetString());
    }

    static LoadPlan Plan(WebApplication service, double rate, double seconds) => new() { Steps = [Step(service.Urls.Single())], Rate = rate, Duration = TimeSpan.FromSeconds(seconds), Timeout = Patience.Limit };

    static LoadStep Step(string url, double weight = 1) => new(url, weight, [new(HttpMethod.Get, LoadText.Plain(url))]);

    static async Task<WebApplication> Service(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        web.Run(answer);
        await web.StartAsync(Cancellation);
        return web;
    }
}
