using Microsoft.AspNetCore.Http;
using Pharos.Server.Metrics.Commands;
using Pharos.Tests.Server.Metrics.Api;
using Pharos.Tests.Server.Metrics.Scraping;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Metrics.Commands;

/// <summary><c>pharos query</c> against a whole server in this process.</summary>
public sealed class QueryCommandTests : IAsyncLifetime
{
    const long T = 1_700_000_000_000;

    RunningServer? server;

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.StartAsync();
        await server.WriteAsync(("__name__=up job=api", [(T, 1), (T + 60_000, 0)]), ("__name__=up job=a_long_name", [(T, 12.5)]));
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    [Fact]
    public async Task A_vector_is_a_table_with_names_on_the_left_and_values_on_the_right() => Assert.Equal(
        (0, """
            up{job="api"}             1
            up{job="a_long_name"}  12.5

            """, ""),
        await AskAsync("up", time: "1700000000"));

    [Theory]
    [InlineData("1 + 1", "2\n")]
    [InlineData("\"text\"", "text\n")]
    [InlineData("nothing", "no series\n")]
    [InlineData("nothing[5m]", "no series\n")]
    public async Task Other_kinds_are_what_they_are(string expression, string text) => Assert.Equal((0, text, ""), await AskAsync(expression, time: "1700000000"));

    [Fact]
    public async Task A_range_is_a_block_a_series_with_a_line_a_point() => Assert.Equal(
        (0, """
            up{job="api"}
              2023-11-14 22:13:20.000Z  1
              2023-11-14 22:13:50.000Z  1
              2023-11-14 22:14:20.000Z  0

            """, ""),
        await AskAsync("up{job=\"api\"}", time: "1700000060", range: "1m", step: "30s"));

    [Fact]
    public async Task Json_is_the_answer_as_it_came()
    {
        var (code, output, _) = await AskAsync("up{job=\"api\"}", time: "1700000000", asJson: true);

        Assert.Equal(0, code);
        Assert.Equal("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"api"},"value":[1700000000,"1"]}]}}""" + "\n", output);
    }

    [Fact]
    public async Task Notes_stand_on_the_error_output_and_the_answer_on_the_other()
    {
        var (code, output, errors) = await AskAsync("rate(up{job=\"api\"}[5m])", time: "1700000060");

        Assert.Equal((0, "{job=\"api\"}  0\n"), (code, output));
        Assert.Contains("metric might not be a counter", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sum(", "pharos: invalid parameter \"query\": ")]
    [InlineData("up * on () up", "pharos: found duplicate series")]
    public async Task What_the_server_refuses_is_told_with_exit_code_1(string expression, string start)
    {
        var (code, output, errors) = await AskAsync(expression, time: "1700000000");

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(start, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        using var client = new HttpClient();
        using var errors = new StringWriter();

        var code = await QueryCommand.AskAsync(client, new Uri("http://127.0.0.1:1/api/v1/query"), [], asJson: false, TextWriter.Null, errors, CancellationToken.None);

        Assert.Equal(1, code);
        Assert.StartsWith("pharos: http://127.0.0.1:1 cannot be reached: ", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_Prometheus_API_is_told_so()
    {
        using var errors = new StringWriter();

        var code = await QueryCommand.AskAsync(server!.Client, new Uri(server.Address, "-/healthy"), [], asJson: false, TextWriter.Null, errors, CancellationToken.None);

        Assert.Equal((1, $"pharos: {server.Address}-/healthy did not answer with JSON; it is no Prometheus API\n"), (code, errors.ToString()));
    }

    [Fact]
    public async Task An_answer_without_end_is_given_up()
    {
        await using var endless = await LocalServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 10L << 30;
            await context.Response.WriteAsync("{\"data\":\"");
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = new HttpClient();
        using var errors = new StringWriter();

        var code = await QueryCommand.AskAsync(client, new Uri($"http://me:hidden@{endless.Address}/api/v1/query"), [], asJson: false, TextWriter.Null, errors, CancellationToken.None);

        Assert.Equal((1, $"pharos: http://{endless.Address}/api/v1/query answered with more than 268435456 bytes; ask for less at once\n"), (code, errors.ToString()));
    }

    [Theory]
    [InlineData("x", null, null, "--time x: write seconds since 1970, or RFC 3339 such as 2026-01-02T15:04:05Z")]
    [InlineData(null, "soon", null, "--range soon: write a duration such as 1h, 15s or 1m30s")]
    [InlineData(null, "1h", "0s", "--step 0s: write a duration such as 1h, 15s or 1m30s")]
    [InlineData(null, null, "15s", "--step belongs to --range")]
    public void Times_that_cannot_be_read_are_told_with_what_to_write(string? time, string? range, string? step, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => QueryCommand.ToRequest("up", time, range, step, TimeProvider.System)).Message);

    [Fact]
    public void The_step_of_a_range_is_a_60th_of_it_but_a_second_at_least()
    {
        var clock = new ManualTime(T);

        Assert.Equal("60", QueryCommand.ToRequest("up", null, "1h", null, clock).Form["step"]);
        Assert.Equal("1", QueryCommand.ToRequest("up", null, "10s", null, clock).Form["step"]);
        Assert.Equal(("1699996400", "1700000000"), QueryCommand.ToRequest("up", null, "1h", null, clock).Form is var form ? (form["start"], form["end"]) : default);
    }

    async Task<(int Code, string Output, string Errors)> AskAsync(string expression, string? time = null, string? range = null, string? step = null, bool asJson = false)
    {
        var (path, form) = QueryCommand.ToRequest(expression, time, range, step, TimeProvider.System);
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var code = await QueryCommand.AskAsync(server!.Client, new Uri(server.Address, $"api/v1/{path}"), form, asJson, output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
