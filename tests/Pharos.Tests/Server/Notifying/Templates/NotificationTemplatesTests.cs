using Pharos.Model.Diagnostics;
using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;
using Pharos.Server.Notifying;
using Pharos.Server.Notifying.Templates;
using Pharos.Tests.Server.Config;

namespace Pharos.Tests.Server.Notifying.Templates;

public class NotificationTemplatesTests
{
    static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{{ template "slack.default.title" . }}""", "[FIRING:1] Slow (web-1)")]
    [InlineData("""{{ template "slack.default.titlelink" . }}""", @"http://alerts.example.com/#/alerts?receiver=team%5C.a")]
    [InlineData("{{ .CommonAnnotations.summary }} {{ .NotificationReason }}", "p95 is 2 s repeat interval elapsed")]
    [InlineData("{{ range .Alerts }}{{ .Labels.SortedPairs }}{{ .Fingerprint }}{{ end }}", "alertname=Slow, instance=web-1abc")]
    [InlineData("{{ (.CommonLabels.Remove .GroupLabels.Names).Names.Join \"+\" }}", "instance")]
    [InlineData("""{{ (index .Alerts 0).StartsAt | tz "Europe/Berlin" | date "15:04 MST" }}""", "13:58 CEST")]
    [InlineData("""{{ (index .Alerts 0).StartsAt | tz "Asia/Kolkata" | date "15:04 -0700" }}""", "17:28 +0530")]
    [InlineData("{{ since (index .Alerts 0).StartsAt }}", "2m0s")]
    [InlineData("""{{ "it's a DARK night" | title }}""", "It's A Dark Night")]
    [InlineData("""{{ toDate "02/Jan/2006 15:04:05.000 -0700" "05/Mar/2024 07:08:09.250 +0200" | date "2006-01-02T15:04:05.000Z07:00" }}""", "2024-03-05T05:08:09.250Z")]
    [InlineData("{{ .Alerts.Resolved | toJson }}{{ dict \"a\" (list 1 \"<\") | toJson }}", """[]{"a":[1,"\u003c"]}""")]
    [InlineData("{{ routeLabels \"owner\" }}", "Slow's owner")]
    public void Texts_see_the_notification(string text, string expected) => Assert.Equal(expected, NotificationTemplates.Default.For(Some()).Text(text));

    [Theory]
    [InlineData("{{ range loop }}", "function \"loop\" not defined")]
    [InlineData("""{{ tz "Mars/Olympus" now }}""", "unknown time zone Mars/Olympus")]
    [InlineData("""{{ mustToDate "2006" "soon" }}""", "cannot parse it")]
    [InlineData("{{ .Nope }}", "can't evaluate field Nope")]
    [InlineData("""{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}""", "exceeded maximum template depth")]
    [InlineData("{{ $l := list }}{{ range 1000000 }}{{ $l = append $l $l }}{{ end }}", "exceeded the limit of")]
    [InlineData("{{ $s := \"xxxxxxxxxxxxxxxx\" }}{{ range 64 }}{{ $s = printf \"%s%s\" $s $s }}{{ end }}", "exceeded the limit of")]
    [InlineData("""{{ routeLabels "loop" }}""", "refers to itself")]
    [InlineData("{{ urlUnescape \"%zz\" }}", "invalid URL escape")]
    public void What_cannot_be_expanded_says_why_and_ends(string text, string reason)
    {
        var error = Assert.ThrowsAny<TemplateException>(() => NotificationTemplates.Default.For(Some()).Text(text));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_is_escaped_in_html_and_only_there()
    {
        var notification = Some() with { GroupLabels = Labels(("alertname", "<b>")) };

        Assert.Equal("<b>", NotificationTemplates.Default.For(notification).Text("{{ .GroupLabels.alertname }}"));
        Assert.Equal("<i>&lt;b&gt;</i>", NotificationTemplates.Default.For(notification).Html("<i>{{ .GroupLabels.alertname }}</i>"));
    }

    [Fact]
    public void A_users_file_replaces_a_default_and_a_faulty_one_is_told_with_its_place()
    {
        using var folder = new ConfigFolder();
        var good = folder.Write("good.tmpl", """{{ define "slack.default.title" }}ours: {{ .GroupLabels.alertname }}{{ end }}""");
        var bad = folder.Write("bad.tmpl", "fine\n{{ nope }}");
        var diagnostics = new List<Diagnostic>();

        var templates = NotificationTemplates.Load([good, bad, Path.Combine(folder.Root, "absent.tmpl")], diagnostics);

        Assert.Equal("ours: Slow", templates.For(Some()).Text("""{{ template "slack.default.title" . }}"""));
        Assert.Collection(
            diagnostics,
            fault => Assert.Equal($"{bad}:2:4: function \"nope\" not defined", fault.ToString()),
            fault => Assert.Contains("absent.tmpl", fault.ToString(), StringComparison.Ordinal));
    }

    static LabelSet Labels(params (string Name, string Value)[] labels) => LabelSet.From(labels.Select(label => new Label(label.Name, label.Value)));

    static Notification Some() => new()
    {
        Receiver = "team.a",
        Integration = "slack",
        Index = 0,
        GroupKey = "{}:{alertname=\"Slow\"}",
        GroupLabels = Labels(("alertname", "Slow")),
        RouteLabels = Labels(("owner", "{{ .GroupLabels.alertname }}'s owner"), ("loop", "{{ routeLabels \"loop\" }}")),
        Alerts = [new(Labels(("alertname", "Slow"), ("instance", "web-1")), Labels(("summary", "p95 is 2 s")), Now.AddMinutes(-2), null, "http://p/graph", "abc")],
        ExternalUrl = "http://alerts.example.com",
        Reason = NotifyReason.RepeatIntervalElapsed,
        RepeatInterval = TimeSpan.FromHours(4),
        Now = Now,
    };
}
