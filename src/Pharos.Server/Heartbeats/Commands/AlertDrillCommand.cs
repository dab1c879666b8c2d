using System.CommandLine;
using System.Text.Json;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Heartbeats.Commands;

/// <summary><c>pharos alert drill</c>: holds a fire drill on a running server now, and waits for its end.</summary>
static class AlertDrillCommand
{
    public static Command Create()
    {
        var url = ServerClient.UrlOption();
        var drill = new Command("drill", "Holds a fire drill now: a marked notification through every receiver that a route leads to, or through those of `drills` in pharos.yml. Exit code 1 when one of them fails.") { url };
        // A receiver that does not answer is tried for a minute, one receiver after the other: how long it takes is theirs to say.
        drill.SetAction((parsed, cancellation) => ServerClient.RunAsync(
            parsed.GetValue(url),
            async client => Print(await client.PostAsync("api/v1/alerting/drills/hold", cancellation), Console.Out),
            patience: Timeout.InfiniteTimeSpan));
        return drill;
    }

    /// <returns>The exit code.</returns>
    internal static int Print(JsonElement held, TextWriter output)
    {
        var tried = held.GetProperty("tried").GetInt32();
        var faults = held.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()).ToList();
        var isEnded = held.TryGetProperty("ended", out _);
        output.WriteLine((isEnded, tried, faults.Count) switch
        {
            (false, _, _) => "The fire drill did not come to its end; the log of the server tells why.",
            (_, 0, _) => "Nothing was tried: no route leads to a receiver that sends anything.",
            (_, 1, 0) => "The fire drill was taken by the one integration there is.",
            (_, _, 0) => $"The fire drill was taken by all {tried} integrations.",
            _ => $"The fire drill failed at {faults.Count} of {tried} integrations:",
        });
        foreach (var fault in faults) output.WriteLine($"  {fault}");
        return isEnded && tried > 0 && faults.Count == 0 ? 0 : 1;
    }
}
