using System.CommandLine;
using System.Globalization;
using Pharos.Model.Time;
using Pharos.Server.Config;

namespace Pharos.Server.Load.Commands;

/// <summary><c>pharos load URL…</c>: requests at a constant rate, and how long their answers took.</summary>
/// <remarks>Exit code 0: done; 1: what was asked cannot be done; 2: done, and a threshold was missed.</remarks>
static class LoadCommand
{
    const int Faulty = 1;
    const int Missed = 2;

    static readonly Argument<string[]> Urls = new("URL") { Description = "Addresses to ask, in turn by chance; with --scenario one, which its paths are appended to.", Arity = ArgumentArity.ZeroOrMore };
    static readonly Option<string> Rate = new("--rate") { Description = "Visits begun a second. Default: 10.", DefaultValueFactory = _ => "10" };
    static readonly Option<string> Duration = new("--duration") { Description = "How long, such as 30s or 2m. Default: 30s.", DefaultValueFactory = _ => "30s" };
    static readonly Option<string> Timeout = new("--timeout") { Description = "How long an answer is waited for. Default: 10s.", DefaultValueFactory = _ => "10s" };
    static readonly Option<string> MaxInFlight = new("--max-in-flight") { Description = "Most visits under way at a time; what is due beyond is counted, not sent. Default: 1000.", DefaultValueFactory = _ => "1000" };
    static readonly Option<string> Method = new("--method") { Description = "GET unless there is a body, then POST." };
    static readonly Option<string[]> Header = new("--header") { Description = "\"Name: value\", any number of times.", DefaultValueFactory = _ => [] };
    static readonly Option<string> Body = new("--body") { Description = "The body of each request." };
    static readonly Option<string> Scenario = new("--scenario") { Description = "YAML file of steps with weights; see docs/operating/load.md." };
    static readonly Option<bool> Insecure = new("--insecure") { Description = "Takes any certificate." };
    static readonly Option<bool> Json = new("--json") { Description = "Prints the result as JSON." };
    static readonly Option<string> MaxErrorRatio = new("--max-error-ratio") { Description = "Exit code 2 when a larger share fails or is not sent, such as 0.01." };
    static readonly Option<string> P95 = new("--p95") { Description = "Exit code 2 when one in twenty takes longer, such as 500ms." };
    static readonly Option<string> P99 = new("--p99") { Description = "Exit code 2 when one in a hundred takes longer." };

    public static Command Create()
    {
        var command = new Command("load", "Sends requests at a constant rate and tells how they fared.")
        {
            Urls, Rate, Duration, Timeout, MaxInFlight, Method, Header, Body, Scenario, Insecure, Json, MaxErrorRatio, P95, P99,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var faults = new List<string>();
            var plan = ReadPlan(parsed, faults);
            var thresholds = ReadThresholds(parsed, faults);
            if (plan is not null && faults.Count == 0) return RunAsync(plan, thresholds, parsed.GetValue(Json), cancellation);
            foreach (var fault in faults) Console.Error.WriteLine($"pharos: {fault}");
            return Task.FromResult(Faulty);
        });
        return command;
    }

    /// <summary>Runs to the end, or to Ctrl+C, and prints what was found either way.</summary>
    static async Task<int> RunAsync(LoadPlan plan, LoadThresholds thresholds, bool asJson, CancellationToken cancellation)
    {
        using var run = new LoadRun(plan, TimeProvider.System);
        using var ended = new CancellationTokenSource();
        var progress = LoadProgress.FollowAsync(run, Console.Error, !Console.IsErrorRedirected, TimeProvider.System, ended.Token);
        await run.RunAsync(cancellation);
        await ended.CancelAsync();
        await progress;
        var missed = thresholds.Missed(run);
        if (asJson)
        {
            await using var output = Console.OpenStandardOutput();
            LoadReport.PrintJson(run, missed, output);
        }
        else
        {
            LoadReport.Print(run, missed, Console.Out);
        }
        return missed.Count == 0 ? 0 : Missed;
    }

    /// <summary>Null when there are no steps to take (told).</summary>
    static LoadPlan? ReadPlan(ParseResult parsed, List<string> faults)
    {
        var urls = parsed.GetValue(Urls) ?? [];
        var scenario = parsed.GetValue(Scenario);
        var addresses = urls.Select(url => ReadUrl(url, faults)).OfType<Uri>().ToList();
        if (addresses.Count < urls.Length) return null;
        IReadOnlyList<LoadStep> steps = [];
        if (scenario is not null)
        {
            if (addresses.Count > 1) faults.Add("--scenario takes one address, which its paths are appended to");
            foreach (var option in new Option[] { Method, Header, Body })
            {
                if (parsed.GetResult(option) is { Implicit: false }) faults.Add($"{option.Name} does not go with --scenario; write it in the steps");
            }
            var source = new ConfigSource { IsStrict = true };
            steps = ScenarioReader.Read(source, scenario, addresses.FirstOrDefault());
            faults.AddRange(source.InOrder().Select(diagnostic => diagnostic.ToString()));
        }
        else if (addresses.Count == 0)
        {
            faults.Add("what shall be asked? write an address such as http://127.0.0.1:8000/, or --scenario FILE");
        }
        else
        {
            steps = ReadSteps(parsed, addresses, faults);
        }
        return new()
        {
            Steps = steps,
            Rate = ReadRate(parsed, faults),
            Duration = ReadDuration(parsed, Duration, faults) ?? default,
            Timeout = ReadDuration(parsed, Timeout, faults) ?? default,
            MaxInFlight = ReadBound(parsed, faults),
            IsInsecure = parsed.GetValue(Insecure),
        };
    }

    static LoadThresholds ReadThresholds(ParseResult parsed, List<string> faults) =>
        new(ReadRatio(parsed, faults), ReadDuration(parsed, P95, faults), ReadDuration(parsed, P99, faults));

    static List<LoadStep> ReadSteps(ParseResult parsed, IReadOnlyList<Uri> addresses, List<string> faults)
    {
        var body = parsed.GetValue(Body);
        var method = parsed.GetValue(Method) ?? (body is null ? "GET" : "POST");
        if (!LoadHeaders.IsToken(method)) faults.Add($"--method: \"{method}\" is no method; write GET, POST, PUT, PATCH, DELETE or HEAD");
        var headers = new List<KeyValuePair<string, LoadText>>();
        foreach (var written in parsed.GetValue(Header) ?? [])
        {
            var colon = written.IndexOf(':', StringComparison.Ordinal);
            var fault = colon < 0 ? $"\"{written}\" has no \":\"; write \"Name: value\"" : LoadHeaders.FaultOf(written[..colon].Trim(), written[(colon + 1)..].Trim());
            if (fault is not null) faults.Add($"--header: {fault}");
            else headers.Add(new(written[..colon].Trim(), LoadText.Plain(written[(colon + 1)..].Trim())));
        }
        if (faults.Count > 0) return [];
        return [.. addresses.Select(address => new LoadStep(address.ToString(), 1,
        [
            new LoadRequest(HttpMethod.Parse(method.ToUpperInvariant()), LoadText.Plain(address.AbsoluteUri)) { Headers = headers, Body = body is null ? null : LoadText.Plain(body) },
        ]))];
    }

    static Uri? ReadUrl(string written, List<string> faults)
    {
        if (Uri.TryCreate(written, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0) return url;
        faults.Add($"\"{written}\" is no http address; write one such as http://127.0.0.1:8000/");
        return null;
    }

    static double ReadRate(ParseResult parsed, List<string> faults)
    {
        var written = parsed.GetValue(Rate);
        if (TryNumber(written, out var rate) && rate is > 0 and <= LoadPlan.MaxRate) return rate;
        faults.Add(string.Create(CultureInfo.InvariantCulture, $"--rate: \"{written}\" cannot be used; write how many a second, above 0 and at most {LoadPlan.MaxRate}"));
        return 1;
    }

    static int ReadBound(ParseResult parsed, List<string> faults)
    {
        var written = parsed.GetValue(MaxInFlight);
        if (int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var bound) && bound is >= 1 and <= LoadPlan.MostInFlight) return bound;
        faults.Add(string.Create(CultureInfo.InvariantCulture, $"--max-in-flight: \"{written}\" cannot be used; write a whole number from 1 to {LoadPlan.MostInFlight}"));
        return 1;
    }

    static double? ReadRatio(ParseResult parsed, List<string> faults)
    {
        if (parsed.GetValue(MaxErrorRatio) is not { } written) return null;
        if (TryNumber(written, out var ratio) && ratio is >= 0 and <= 1) return ratio;
        faults.Add($"--max-error-ratio: \"{written}\" cannot be used; write a share from 0 to 1, such as 0.01");
        return null;
    }

    static bool TryNumber(string? written, out double value) => double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    static TimeSpan? ReadDuration(ParseResult parsed, Option<string> option, List<string> faults)
    {
        if (parsed.GetValue(option) is not { } written) return null;
        if (PromDuration.TryParseMs(written, out var ms) && ms is > 0 and <= 30L * 24 * 3_600_000) return TimeSpan.FromMilliseconds(ms);
        faults.Add($"{option.Name}: \"{written}\" cannot be used; write a duration such as \"30s\" or \"2m\", above 0 and at most 30d");
        return null;
    }
}
