using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>The sample service goes on to answer and ends well, whatever becomes of its standard output.</summary>
public sealed class StandardOutputTests
{
    static CancellationToken End => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_is_one_JSON_object_and_the_last_are_not_lost()
    {
        var (lines, code) = await RunAsync("exec \"$0\" \"$@\"");

        Assert.Equal(0, code);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.Equal(20, lines.Count(line => line.Contains("\"request_id\":\"ask-", StringComparison.Ordinal) && line.Contains("\"status\":404", StringComparison.Ordinal)));
        Assert.Contains("Application is shutting down", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec \"$0\" \"$@\" >&-")]
    [InlineData("exec \"$0\" \"$@\" >/dev/full")]
    [InlineData("set -o pipefail; \"$0\" \"$@\" | true")]
    public async Task A_closed_a_full_and_a_broken_standard_output_hurt_nobody(string command)
    {
        var (_, code) = await RunAsync(command);

        Assert.Equal(0, code);
    }

    /// <summary>Starts the shop by a shell command, asks it for twenty pages that it has not, and ends it.</summary>
    static async Task<(List<string> Lines, int Code)> RunAsync(string command)
    {
        var program = RunningShop.ProgramPath();
        using var folder = new TemporaryFolder();
        var port = PharosProcess.FreePort();
        var start = new ProcessStartInfo("bash", ["-c", command, program, "--urls", $"http://127.0.0.1:{port}", "--exit-with-parent", "true"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.Path,
        };
        using var shop = Process.Start(start)!;
        var lines = new List<string>();
        shop.OutputDataReceived += (_, line) => { if (line.Data is { } text) lines.Add(text); };
        shop.BeginOutputReadLine();
        try
        {
            await AskAsync(port);
            shop.StandardInput.Close();
            await shop.WaitForExitAsync(End).WaitAsync(Patience.Limit, End);
            return (lines, shop.ExitCode);
        }
        finally
        {
            if (!shop.HasExited) shop.Kill(entireProcessTree: true);
        }
    }

    static async Task AskAsync(int port)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.HoldsAsync(async () => (await http.GetAsync("/health/live", End)).StatusCode != 0, () => "the service answers");
        for (var at = 0; at < 20; at++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere") { Headers = { { "X-Request-ID", $"ask-{at}" } } };
            using var answer = await http.SendAsync(request, End);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }
}
