using System.CommandLine;
using System.Globalization;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Heartbeats.Commands;

/// <summary><c>pharos alert test RECEIVER</c>: sends a marked notification through a receiver of a running server.</summary>
static class AlertTestCommand
{
    public static Command Create()
    {
        var receiver = new Argument<string>("receiver") { Description = "Name of the receiver in alertmanager.yml." };
        var url = ServerClient.UrlOption();
        var test = new Command("test", "Sends a test through every integration of a receiver. Exit code 1 when one of them fails.") { receiver, url };
        test.SetAction((parsed, cancellation) => ServerClient.RunAsync(parsed.GetValue(url), async client =>
        {
            var name = parsed.GetRequiredValue(receiver);
            var answer = await client.PostAsync($"api/v1/alerting/receivers/{Uri.EscapeDataString(name)}/test", cancellation);
            var results = answer.GetProperty("results").EnumerateArray().ToList();
            if (results.Count == 0) Console.Out.WriteLine($"{name}: has no integration, so that nobody is told by it");
            foreach (var result in results)
            {
                var isOk = result.GetProperty("isOk").GetBoolean();
                var status = result.TryGetProperty("status", out var code) ? string.Create(CultureInfo.InvariantCulture, $", status {code.GetInt32()}") : "";
                var reason = result.TryGetProperty("reason", out var told) ? $": {told.GetString()}" : "";
                Console.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} {result.GetProperty("integration").GetString()}[{result.GetProperty("index").GetInt32()}]: {(isOk ? "ok" : "failed")}{status} after {result.GetProperty("duration").GetDouble():0.00} s{reason}"));
            }
            return results.Count > 0 && results.TrueForAll(result => result.GetProperty("isOk").GetBoolean()) ? 0 : 1;
        }));
        return test;
    }
}
