using System.Globalization;
using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Doors;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Api;

/// <summary>What all handlers of Alertmanager's API v2 share: the doors' declaration, parameters, JSON of requests and answers.</summary>
static class AlertmanagerForm
{
    /// <summary>A silence, the largest thing of one piece that is posted, has at most a thousand matchers.</summary>
    const int MaxBodyBytes = 4 << 20;

    const long MaxBodyBytesInWork = 64L << 20;

    const string Moment = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static Door Read(string path, string summary) => Door.Read(path, summary) with { Faults = FaultFormat.Alertmanager };

    /// <summary>Takes a thing of one piece.</summary>
    public static Door Change(string method, string path, string summary) =>
        Door.Change(path, Right.Operate, summary) with { Methods = [method], Faults = FaultFormat.Alertmanager, Body = new(MaxBodyBytes, MaxBodyBytesInWork) };

    /// <summary>Writes a list of any length; a slow client is waited for, but not for ever.</summary>
    public static async Task WriteListAsync<T>(ApiCall call, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        call.Context.Response.ContentType = "application/json";
        await using var json = call.Output.Structured();
        json.WriteStartArray();
        foreach (var item in items)
        {
            write(json, item);
            json.Flush();
            if (call.Output.WantsFlush) await call.Output.FlushAsync();
        }
        json.WriteEndArray();
        json.Flush();
        await call.Output.CompleteAsync();
    }

    public static bool Bool(ApiCall call, string name)
    {
        var text = call.Context.Request.Query[name].ToString();
        return text.ToLowerInvariant() switch
        {
            "" or "true" or "1" or "t" or "yes" or "on" or "y" or "ok" or "checked" or "selected" or "enabled" => true,
            "false" or "0" or "f" or "no" or "off" or "n" => false,
            _ => throw ApiFaultException.BadData($"{name} must be true or false, not {GoText.Quote(text)}"),
        };
    }

    public static IReadOnlyList<LabelMatcher> Matchers(ApiCall call, string name)
    {
        var matchers = new List<LabelMatcher>();
        foreach (var text in call.All(name))
        {
            try
            {
                matchers.Add(MatcherParser.ParseOne(text));
            }
            catch (MatcherSyntaxException error)
            {
                throw ApiFaultException.BadData($"bad matcher format: {error.Message}");
            }
        }
        return matchers;
    }

    public static Re2? Pattern(ApiCall call, string name)
    {
        var text = call.Context.Request.Query[name].ToString();
        if (text.Length == 0) return null;
        try
        {
            return Re2.CompileAnchored(text);
        }
        catch (Re2SyntaxException error)
        {
            throw ApiFaultException.BadData($"failed to parse {name} param: {error.Message}");
        }
    }

    public static async Task<JsonDocument> BodyAsync(ApiCall call)
    {
        using var body = await call.ReadBodyAsync();
        try
        {
            return JsonDocument.Parse(body.Bytes.ToArray()); // A copy: the document reads from it as long as it lives.
        }
        catch (JsonException error)
        {
            throw ApiFaultException.BadData($"the body is no JSON: {error.Message}");
        }
    }

    public static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString(Moment, CultureInfo.InvariantCulture);

    /// <summary>Null when the field is absent, or Go's zero time.</summary>
    public static long? Time(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text)
        {
            if (text.Length == 0) return null;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time.Year <= 1 ? null : time.ToUnixTimeMilliseconds();
        }
        throw ApiFaultException.BadData($"{name}: {Short(value)} is no time; write one such as \"2026-01-31T15:00:00Z\"");
    }

    public static string Text(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return "";
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw ApiFaultException.BadData($"{name}: {Short(value)} is no text");
    }

    /// <summary>Labels with empty values left out. Names may be any text.</summary>
    public static LabelSet Labels(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return LabelSet.Empty;
        if (value.ValueKind != JsonValueKind.Object) throw ApiFaultException.BadData($"{name}: {Short(value)} is no object of texts");
        var labels = new List<Label>();
        foreach (var label in value.EnumerateObject())
        {
            if (label.Value.ValueKind != JsonValueKind.String) throw ApiFaultException.BadData($"{name}.{label.Name}: {Short(label.Value)} is no text");
            labels.Add(new(label.Name, label.Value.GetString()!));
        }
        return LabelSet.From(labels);
    }

    static string Short(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 60 ? text : $"{text[..57]}...";
    }
}
