using System.Globalization;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Load;

/// <summary>Reads a scenario file: what visitors do, in which share.</summary>
/// <remarks>
/// <para>Shape: <c>base</c> and <c>steps</c>; a step has <c>name</c>, <c>weight</c> and one request (<c>method</c>, <c>path</c>, <c>headers</c>,
/// <c>body</c>, <c>expect</c>, <c>save</c>), and under <c>then</c> the requests that follow it, each with <c>think</c>, the pause before it.</para>
/// <para>Errors: every fault is a diagnostic of the source; what is returned is of use only without errors.</para>
/// </remarks>
static class ScenarioReader
{
    const int MaxSteps = 1_000;
    const int MaxRequests = 100;
    static readonly TimeSpan MaxThink = TimeSpan.FromHours(1);

    /// <param name="baseAddress">What paths are appended to; null: the file's <c>base</c>.</param>
    public static IReadOnlyList<LoadStep> Read(ConfigSource source, string path, Uri? baseAddress)
    {
        var file = Path.GetFullPath(path);
        var root = new YamlSection(source, file, source.ReadYaml(file), "");
        var written = root.Url("base");
        var origin = baseAddress ?? written;
        var sections = root.Sections("steps", "step");
        if (!source.HasErrors && sections.Count == 0) root.Error("no steps; write \"steps:\" and under it \"- path: /\"");
        if (sections.Count > MaxSteps) root.Error("steps", $"{sections.Count} steps are more than {MaxSteps}; write fewer");
        if (!source.HasErrors && origin is null) root.Error("no address; write \"base: http://host:port\", or name it on the command line");
        var steps = new List<LoadStep>();
        foreach (var section in sections.Take(MaxSteps)) steps.Add(ReadStep(source, section, origin ?? new Uri("http://unknown.invalid/")));
        root.Close();
        return steps;
    }

    static LoadStep ReadStep(ConfigSource source, YamlSection section, Uri origin)
    {
        var weight = section.Number("weight", 1);
        if (weight is <= 0 or > 1e6) section.Error("weight", "must be above 0 and at most 1000000; a step without weight is never chosen, so remove it");
        var name = section.Text("name");
        var savedNames = new HashSet<string>(StringComparer.Ordinal);
        var requests = new List<LoadRequest> { ReadRequest(source, section, origin, savedNames) };
        var following = section.Sections("then", "request");
        if (following.Count > MaxRequests) section.Error("then", $"{following.Count} requests are more than {MaxRequests}; write fewer");
        foreach (var next in following.Take(MaxRequests))
        {
            var request = ReadRequest(source, next, origin, savedNames);
            var think = next.Duration("think", TimeSpan.Zero);
            if (think > MaxThink) next.Error("think", $"is longer than {MaxThink.TotalHours} hour; write a shorter pause");
            requests.Add(request with { Think = think });
            next.Close();
        }
        section.Close();
        return new(name is { Length: > 0 } ? name : $"{requests[0].Method} {section.Text("path", "/")}", weight, requests);
    }

    static LoadRequest ReadRequest(ConfigSource source, YamlSection section, Uri origin, HashSet<string> savedNames)
    {
        var path = section.Text("path", "/");
        if (!path.StartsWith('/')) section.Error("path", "does not begin with \"/\"; write the path behind the base, such as \"/api/search?q=x\"");
        var body = section.Text("body");
        var request = new LoadRequest(ReadMethod(section), Parse(source, section, "path", $"{origin.AbsoluteUri.TrimEnd('/')}{path}", savedNames))
        {
            Headers = ReadHeaders(source, section, savedNames),
            Body = body is null ? null : Parse(source, section, "body", body, savedNames),
            Expected = section.Scalars("expect").Select(scalar => ReadStatus(section, scalar)).ToHashSet(),
            Saved = section.Pairs("save"),
        };
        foreach (var (name, _) in request.Saved) savedNames.Add(name);
        return request;
    }

    static HttpMethod ReadMethod(YamlSection section)
    {
        var written = section.Text("method", section.Has("body") ? "POST" : "GET").ToUpperInvariant();
        if (LoadHeaders.IsToken(written)) return HttpMethod.Parse(written);
        section.Error("method", $"\"{Shown(written)}\" is no method; write GET, POST, PUT, PATCH, DELETE or HEAD");
        return HttpMethod.Get;
    }

    static List<KeyValuePair<string, LoadText>> ReadHeaders(ConfigSource source, YamlSection section, HashSet<string> savedNames)
    {
        var headers = new List<KeyValuePair<string, LoadText>>();
        foreach (var (name, value) in section.Pairs("headers"))
        {
            if (LoadHeaders.FaultOf(name, value) is { } fault) section.Error("headers", fault);
            else headers.Add(new(name, Parse(source, section, "headers", value, savedNames)));
        }
        return headers;
    }

    static int ReadStatus(YamlSection section, YamlScalar written)
    {
        if (int.TryParse(written.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599) return status;
        section.Error(written, $"expect: {written.Describe()} is no status; write numbers from 100 to 599, such as [404]");
        return 0;
    }

    static LoadText Parse(ConfigSource source, YamlSection section, string key, string text, HashSet<string> savedNames)
    {
        try
        {
            return LoadText.Parse(text, savedNames, source.Environment);
        }
        catch (FormatException fault)
        {
            section.Error(key, fault.Message);
            return LoadText.Plain("");
        }
    }

    static string Shown(string text) => text.Length <= 40 ? text : $"{text[..37]}...";
}
