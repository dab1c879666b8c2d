using System.CommandLine;
using System.Text;
using System.Text.Json;
using Pharos.Model.Text;
using Pharos.Server.Doors;
using Pharos.Server.HttpClients;
using Pharos.Server.Text;

namespace Pharos.Server.Metrics.Commands;

/// <summary><c>pharos query EXPR</c>: asks a running server, or any other that speaks Prometheus' API, and prints a table.</summary>
static class QueryCommand
{
    /// <summary>More than a terminal shows and than a query may bring by its own limits; a server that answers without end is no Prometheus.</summary>
    const int MaxAnswerBytes = 256 << 20;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3); // Longer than servers let a query run, so that their reason is seen.

    public static Command Create()
    {
        var expression = new Argument<string>("expr") { Description = "The PromQL expression." };
        var time = new Option<string>("--time") { Description = "When: seconds since 1970 or RFC 3339. For --range the end. Default: now." };
        var range = new Option<string>("--range") { Description = "Asks for the whole stretch of this length (1h) instead of one time." };
        var step = new Option<string>("--step") { Description = "Distance of the points of a range; default: a 60th of it." };
        var url = ServerClient.UrlOption();
        var json = new Option<bool>("--json") { Description = "Prints the server's answer as it came." };
        var command = new Command("query", "Asks a running server.") { expression, time, range, step, url, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (await ServerClient.AddressAsync(parsed.GetValue(url)) is not { } server) return 1;
            try
            {
                var (path, form) = ToRequest(parsed.GetRequiredValue(expression), parsed.GetValue(time), parsed.GetValue(range), parsed.GetValue(step), TimeProvider.System);
                using var client = new HttpClient { Timeout = Patience };
                return await AskAsync(client, new Uri(server, $"api/v1/{path}"), form, parsed.GetValue(json), Console.Out, Console.Error, cancellation);
            }
            catch (FormatException error)
            {
                await Console.Error.WriteLineAsync($"pharos: {error.Message}");
                return 1;
            }
        });
        return command;
    }

    /// <summary>The endpoint and the form of a question.</summary>
    /// <exception cref="FormatException">A time or duration cannot be read.</exception>
    internal static (string Path, Dictionary<string, string> Form) ToRequest(string expression, string? time, string? range, string? step, TimeProvider clock)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["query"] = expression };
        var endMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (time is not null && !ApiTime.TryParse(time, out endMs)) throw new FormatException($"--time {time}: write seconds since 1970, or RFC 3339 such as 2026-01-02T15:04:05Z");
        if (range is null)
        {
            if (step is not null) throw new FormatException("--step belongs to --range");
            if (time is not null) form["time"] = Seconds(endMs);
            return ("query", form);
        }
        var rangeMs = Duration("--range", range);
        var stepMs = step is null ? Math.Max(1_000, rangeMs / 60) : Duration("--step", step);
        form["start"] = Seconds(endMs - rangeMs);
        form["end"] = Seconds(endMs);
        form["step"] = Seconds(stepMs);
        return ("query_range", form);
    }

    /// <summary>Asks and prints. 0: answered; 1: refused or not reached, with the reason on the error output.</summary>
    internal static async Task<int> AskAsync(HttpClient client, Uri address, Dictionary<string, string> form, bool asJson, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> body;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
            body = await ServerClient.AnswerAsync(client, request, MaxAnswerBytes, Patience, cancellation);
        }
        catch (AnswerTooLongException error)
        {
            await errors.WriteLineAsync($"pharos: {address.Shown()} {error.Message}; ask for less at once");
            return 1;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await errors.WriteLineAsync($"pharos: {address.Shown()} gave no whole answer within {Patience.TotalSeconds:0} s");
            return 1;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            await errors.WriteLineAsync($"pharos: {new Uri(address.Shown()).GetLeftPart(UriPartial.Authority)} cannot be reached: {error.Message}; is it running? (--url or PHAROS_URL name another)");
            return 1;
        }
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            await errors.WriteLineAsync($"pharos: {address.Shown()} did not answer with JSON; it is no Prometheus API");
            return 1;
        }
        using (document)
        {
            if (!document.RootElement.TryGetProperty("data", out var data))
            {
                await errors.WriteLineAsync($"pharos: {(document.RootElement.TryGetProperty("error", out var reason) ? reason.GetString() : Text())}");
                return 1;
            }
            if (asJson) await output.WriteLineAsync(Text());
            else QueryTable.Print(data, output);
            foreach (var kind in (string[])["warnings", "infos"])
            {
                if (!document.RootElement.TryGetProperty(kind, out var notes)) continue;
                foreach (var note in notes.EnumerateArray()) await errors.WriteLineAsync(note.GetString());
            }
            return 0;
        }

        string Text() => Encoding.UTF8.GetString(body.Span);
    }

    static long Duration(string option, string text) =>
        ApiTime.TryParseDuration(text, out var ms, out _) && ms > 0 ? ms : throw new FormatException($"{option} {text}: write a duration such as 1h, 15s or 1m30s");

    static string Seconds(long ms) => GoText.FormatPlain(ms / 1000.0);
}
