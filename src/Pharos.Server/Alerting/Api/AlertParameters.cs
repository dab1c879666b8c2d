using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Doors;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Api;

/// <summary>Parameters of <c>/api/v1/alerting</c> that name alerts.</summary>
static class AlertParameters
{
    /// <summary>The labels of one alert, as people paste them: a JSON object, or <c>alertname="X", severity="critical"</c> with or without braces.</summary>
    public static LabelSet Labels(this ApiCall call)
    {
        var text = call["labels"].Trim();
        if (text.Length == 0) throw ApiFaultException.Parameter("labels", "is missing; write the labels of an alert, such as alertname=\"DiskFull\", severity=\"critical\"");
        return text[0] == '{' && IsJson(text) is { } json ? FromJson(json) : FromMatchers(text);
    }

    /// <summary>Braces stand around matchers, too: only what reads as JSON is JSON.</summary>
    static JsonElement? IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static LabelSet FromJson(JsonElement json)
    {
        var labels = new List<Label>();
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String) throw ApiFaultException.Parameter("labels", $"the value of {ApiTime.Quote(property.Name)} is no text; write it in quotes");
            Add(labels, property.Name, property.Value.GetString()!);
        }
        return LabelSet.From(labels);
    }

    static LabelSet FromMatchers(string text)
    {
        IReadOnlyList<LabelMatcher> matchers;
        try
        {
            matchers = MatcherParser.ParseAll(text);
        }
        catch (MatcherSyntaxException error)
        {
            throw ApiFaultException.Parameter("labels", error.Message);
        }
        var labels = new List<Label>();
        foreach (var matcher in matchers)
        {
            if (matcher.Kind != MatchKind.Equal) throw ApiFaultException.Parameter("labels", $"{matcher.Text()} is no label; an alert has each label with one value, so write =");
            Add(labels, matcher.Name, matcher.Value);
        }
        return LabelSet.From(labels);
    }

    static void Add(List<Label> labels, string name, string value)
    {
        if (labels.Exists(label => label.Name == name)) throw ApiFaultException.Parameter("labels", $"{ApiTime.Quote(name)} is written twice");
        labels.Add(new(name, value));
    }
}
