using System.CommandLine;
using System.Text.Json;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Ledger.Commands;

/// <summary><c>pharos why 'alertname="X"' [--at TIME]</c>: asks a running server why somebody was, or was not, paged.</summary>
static class WhyCommand
{
    public static Command Create()
    {
        var matchers = new Argument<string>("matchers") { Description = "Which alert, such as 'alertname=\"X\"' or '{alertname=\"X\", host=\"a\"}'." };
        var at = new Option<string>("--at") { Description = "When: seconds since 1970 or RFC 3339. Default: now." };
        var url = ServerClient.UrlOption();
        var command = new Command("why", "Tells why somebody was, or was not, paged.") { matchers, at, url };
        command.SetAction((parsed, cancellation) => ServerClient.RunAsync(parsed.GetValue(url), async client =>
        {
            var query = $"filter={Uri.EscapeDataString(parsed.GetRequiredValue(matchers))}{(parsed.GetValue(at) is { } moment ? $"&at={Uri.EscapeDataString(moment)}" : "")}";
            var answer = await client.GetAsync($"api/v1/alerting/why?{query}", cancellation);
            Print(answer, Console.Out);
            return 0;
        }));
        return command;
    }

    internal static void Print(JsonElement answer, TextWriter output)
    {
        output.WriteLine(answer.GetProperty("sentence").GetString());
        if (answer.TryGetProperty("mend", out var mend)) output.WriteLine($"  -> {mend.GetString()}");
        foreach (var step in answer.GetProperty("steps").EnumerateArray())
        {
            output.WriteLine($"  {step.GetProperty("at").GetString()}  {step.GetProperty("step").GetString(),-9}  {step.GetProperty("text").GetString()}");
        }
    }
}
