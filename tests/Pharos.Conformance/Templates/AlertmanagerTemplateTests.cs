using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;
using Pharos.Server.Notifying;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Conformance.Templates;

/// <summary>Alertmanager's own test tables, and its default templates beside ours.</summary>
public partial class AlertmanagerTemplateTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    static readonly NotificationTemplates Ours = NotificationTemplates.Default;

    [Fact]
    public void Every_vector_expands_as_in_Alertmanager()
    {
        var failures = new List<string>();
        foreach (var line in File.ReadLines(Corpus.Path("templates", "alertmanager-vectors.jsonl")))
        {
            var vector = JsonDocument.Parse(line).RootElement;
            var text = vector.GetProperty("text").GetString()!;
            if (text.Contains("printFoo", StringComparison.Ordinal)) continue; // A function that the test itself brings along, in Go.
            var shouldFail = vector.TryGetProperty("should_fail", out var fails) && fails.GetBoolean();
            var (output, error) = Expand(vector, text);
            if (shouldFail ? error is null : output != vector.GetProperty("output").GetString())
            {
                failures.Add($"{vector.GetProperty("title")}: {text}\n  expected {(shouldFail ? "failure" : vector.GetProperty("output"))}\n  got {output ?? error}");
            }
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    /// <summary>Each template of Alertmanager's default file, rendered by our engine, gives what our default of the same name gives.</summary>
    [Fact]
    public void Every_default_template_gives_what_Alertmanagers_gives()
    {
        var file = Corpus.Path("templates", "alertmanager", "default.tmpl");
        var names = DefinedName().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).ToList();
        Assert.True(names.Count > 60);
        var diagnostics = new List<Model.Diagnostics.Diagnostic>();
        var theirs = NotificationTemplates.Load([file], diagnostics);
        Assert.Empty(diagnostics);
        var failures = new List<string>();
        foreach (var (name, notification) in names.SelectMany(name => Notifications().Select(notification => (name, notification))))
        {
            var dot = name.StartsWith("__text_alert_list", StringComparison.Ordinal) || name == "pagerduty.default.instances" ? ".Alerts" : ".";
            var text = $"{{{{ template \"{name}\" {dot} }}}}";
            var (expected, given) = (theirs.For(notification).Text(text), Ours.For(notification).Text(text));
            if (expected != given) failures.Add($"{name}\n--- expected\n{expected}\n--- given\n{given}");
        }
        Assert.True(failures.Count == 0, string.Join("\n\n", failures.Take(5)));
    }

    /// <summary>The layout of our mail is our own; what it says is the same.</summary>
    [Fact]
    public void The_default_mail_says_what_Alertmanagers_says()
    {
        var theirs = NotificationTemplates.Load([Corpus.Path("templates", "alertmanager", "email.tmpl")], []);
        foreach (var notification in Notifications())
        {
            const string Mail = """{{ template "email.default.html" . }}""";
            Assert.Equal(Said(theirs.For(notification).Html(Mail)), Said(Ours.For(notification).Html(Mail)));
            Assert.Equal(Links(theirs.For(notification).Html(Mail)), Links(Ours.For(notification).Html(Mail)));
        }
    }

    static string Said(string html) =>
        Blanks().Replace(Tag().Replace(Style().Replace(html, " "), " "), " ").Trim();

    static List<string> Links(string html) => [.. Link().Matches(html).Select(match => match.Groups[1].Value)];

    static IEnumerable<Notification> Notifications()
    {
        var firing = Alert(true, ("alertname", "Disk <full>"), ("instance", "a&b:9100"), ("severity", "warning"));
        var other = Alert(true, ("alertname", "Disk <full>"), ("instance", "c:9100"), ("severity", "critical"));
        var resolved = Alert(false, ("alertname", "Disk <full>"), ("instance", "d:9100"), ("severity", "info"));
        var silent = Alert(true, ("alertname", "Disk <full>"));
        yield return Of(firing);
        yield return Of(firing, other, resolved);
        yield return Of(resolved);
        yield return Of(silent, resolved);
    }

    static NotifiedAlert Alert(bool isFiring, params (string Name, string Value)[] labels) => new(
        LabelSet.From(labels.Select(label => new Label(label.Name, label.Value))),
        LabelSet.From([new Label("summary", "It is \"nearly\" full"), new Label("runbook", "https://wiki.example.com/a?b=c&d=e")]),
        Start, isFiring ? null : Start.AddMinutes(5), "http://prometheus.example.com/graph?g0.expr=up+%3D%3D+0&g0.tab=1", "0123456789abcdef");

    static Notification Of(params NotifiedAlert[] alerts) => new()
    {
        Receiver = "team+mails",
        Integration = "email",
        Index = 0,
        GroupKey = "{}:{alertname=\"Disk <full>\"}",
        GroupLabels = LabelSet.From([new Label("alertname", "Disk <full>")]),
        Alerts = alerts,
        ExternalUrl = "http://alerts.example.com:9093",
        Reason = NotifyReason.FirstNotification,
        RepeatInterval = TimeSpan.FromHours(4),
        Now = Start,
    };

    static (string? Output, string? Error) Expand(JsonElement vector, string text)
    {
        var data = vector.TryGetProperty("data", out var given) ? given : default;
        var dot = NotificationData.From(new(
            "", false, NotificationData.Alerts(Items(data, "Alerts").Select(ReadAlert)), ReadKv(data, "GroupLabels"), ReadKv(data, "CommonLabels"), ReadKv(data, "CommonAnnotations"),
            "", ReadKv(data, "RouteLabels"), ""));
        try
        {
            var isHtml = vector.GetProperty("html").GetBoolean();
            var texts = Ours.Over(dot, ReadLabels(data, "RouteLabels"), Start);
            return (isHtml ? texts.Html(text) : texts.Text(text), null);
        }
        catch (TemplateException error)
        {
            return (null, error.Message);
        }
    }

    static IEnumerable<JsonElement> Items(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var list) ? list.EnumerateArray() : [];

    static Label[] ReadLabels(JsonElement data, string name) => data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var map)
        ? [.. map.EnumerateObject().Select(entry => new Label(entry.Name, entry.Value.GetString()!))]
        : [];

    static TemplateValue ReadKv(JsonElement data, string name) => data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out _)
        ? NotificationData.Kv(ReadLabels(data, name))
        : TemplateValue.Nil;

    static AlertView ReadAlert(JsonElement alert) => new(
        alert.GetProperty("Status").GetString() == "firing", ReadKv(alert, "Labels"), ReadKv(alert, "Annotations"),
        alert.TryGetProperty("StartsAt", out var start) ? DateTimeOffset.Parse(start.GetString()!, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue, null, "", "");

    [GeneratedRegex("""define "([^"]+)" """, RegexOptions.NonBacktracking)]
    private static partial Regex DefinedName();

    [GeneratedRegex("(?s)<style>.*?</style>", RegexOptions.NonBacktracking)]
    private static partial Regex Style();

    [GeneratedRegex("<[^>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();

    [GeneratedRegex("href=\"([^\"]*)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
