using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;
using Pharos.Server.Rules.Templates;

namespace Pharos.Tests.Server.Rules.Templates;

public class PrometheusFunctionsTests
{
    static readonly TemplateSample[] Samples =
    [
        new(LabelSet.From(("__name__", "up"), ("instance", "b:1"), ("__value__", "text")), TemplateValue.From(2.0)),
        new(LabelSet.From(("__name__", "up"), ("instance", "a:1")), TemplateValue.From(1.0)),
    ];

    [Theory]
    [InlineData("{{ $labels.job }} {{ $value }} {{ $externalLabels.region }} {{ $externalURL }} {{ .Labels.job }}", "api 0.25 eu http://pharos/x api")]
    [InlineData("{{ query \"up\" | first | value }} {{ query \"up\" | sortByLabel \"instance\" | first | label \"instance\" }}", "2 a:1")]
    [InlineData("{{ with query \"up\" }}{{ . | first | strvalue }}{{ end }}{{ range query \"up\" }}[{{ .Labels.instance }}={{ .Value }}]{{ end }}", "text[b:1=2][a:1=1]")]
    [InlineData("{{ range query \"up\" | sortByLabel \"instance\" }}{{ .Labels.instance }},{{ end }}", "a:1,b:1,")]
    [InlineData("{{ humanize 0 }} {{ humanize 1234567.8 }} {{ humanize 0.00012 }} {{ humanize -1e30 }} {{ humanize \"1e3\" }} {{ humanize 999 }}", "0 1.235M 120u -1e+06Y 1k 999")]
    [InlineData("{{ humanize1024 1 }} {{ humanize1024 1024 }} {{ humanize1024 0.5 }} {{ humanize1024 -2097152 }}", "1 1ki 0.5 -2Mi")]
    [InlineData("{{ humanizeDuration 0 }} {{ humanizeDuration 59.9999 }} {{ humanizeDuration 3661 }} {{ humanizeDuration -90061 }} {{ humanizeDuration 0.0005 }}", "0s 60s 1h 1m 1s -1d 1h 1m 1s 500us")]
    [InlineData("{{ humanizeDuration (toDuration 61) }} {{ (toDuration 0.0015).String }}", "1m 1s 1.5ms")]
    [InlineData("{{ humanizePercentage 0.12345 }} {{ humanizeTimestamp 0 }} {{ (toTime 1.5).Year }}", "12.35% 1970-01-01 00:00:00 +0000 UTC 1970")]
    [InlineData("{{ (toTime now).Format \"Mon, 02 Jan 2006 15:04:05 MST\" }} {{ (toTime now).Month }}", "Sat, 24 Nov 2012 11:14:12 UTC November")]
    [InlineData("{{ title \"hello_world o'neil x\" }} {{ toUpper \"a\" }} {{ toLower \"A\" }}", "Hello_world O'neil X A a")]
    [InlineData("{{ reReplaceAll \"(?P<v>[0-9]+)ms|(?P<v>[0-9]+)s\" \"<$v>\" \"5ms 7s\" }}", "<5> <7>")] // Of two groups with one name the one that took part.
    [InlineData("{{ toUpper \"ıſß\" }}{{ toLower \"İK\" }}{{ title \"ıſ ßa\" }}", "ISßikIſ Ssa")] // Letter by letter, as Go does.
    [InlineData("{{ match \"^a.*z$\" \"abcz\" }} {{ reReplaceAll \"(\\\\w+)@(\\\\w+)\" \"$2 at ${1}\" \"me@here, you@there\" }}", "true here at me, there at you")]
    [InlineData("{{ stripPort \"[::1]:80\" }} {{ stripPort \"::1\" }} {{ stripDomain \"host.example.com:9100\" }} {{ stripDomain \"10.0.0.1:80\" }}", "::1 ::1 host:9100 10.0.0.1:80")]
    [InlineData("{{ graphLink \"up{a=\\\"b\\\"}\" }}", "/graph?g0.expr=up%7Ba%3D%22b%22%7D&g0.tab=0")]
    [InlineData("{{ parseDuration \"-1h30m\" }} {{ urlQueryEscape \"a b\" }} {{ externalURL }} {{ pathPrefix }}", "-5400 a+b http://pharos/x /x")]
    [InlineData("{{ $labels.missing }}|{{ printf \"%.1f\" $value }}|{{ with $labels.missing }}x{{ else }}-{{ end }}", "|0.2|-")]
    public void A_rules_template_expands_as_in_Prometheus(string text, string expected) => Assert.Equal(expected, Expand(text));

    [Theory]
    [InlineData("{{ query \"none\" | first }}", "error calling first: first() called on vector with no elements")]
    [InlineData("{{ query \"bad\" }}", "error calling query: 1:1: parse error")]
    [InlineData("{{ humanize \"one\" }}", "error calling humanize: strconv.ParseFloat: parsing \"one\": invalid syntax")]
    [InlineData("{{ humanize true }}", "error calling humanize: can't convert bool to float")]
    [InlineData("{{ parseDuration \"1x\" }}", "error calling parseDuration: not a valid duration string: \"1x\"")]
    [InlineData("{{ match \"(\" \"a\" }}", "error calling match: ")]
    [InlineData("{{ toTime 1e300 }}", "error calling toTime: 1e+300 cannot be represented as a nanoseconds timestamp since it overflows int64")]
    [InlineData("{{ $x := printf \"%100000d\" 1 }}{{ reReplaceAll \".\" $x $x }}", "text and replacement are too long to be replaced")]
    [InlineData("{{ nope }}", "error parsing template __alert_A: template: __alert_A:1: function \"nope\" not defined")]
    public void What_fails_becomes_the_text_and_does_not_stop_the_alert(string text, string reason)
    {
        var expanded = Expand(text);

        Assert.StartsWith("<error expanding template: error ", expanded);
        Assert.Contains(reason, expanded);
    }

    [Fact]
    public void A_fault_is_told_at_its_place_in_the_users_text()
    {
        var template = new RuleTemplate("A", "abc {{ nope }}");

        Assert.Equal(7, RuleTemplate.OwnColumn(template.Fault!));
    }

    static string Expand(string text)
    {
        var data = new RuleTemplateData(LabelSet.From(("job", "api")), LabelSet.From(("region", "eu")), "http://pharos/x", TemplateValue.From(0.25));
        var host = new RuleTemplateHost(1_353_755_652_000, "http://pharos/x", (query, _, _) => query switch
        {
            "none" => [],
            "bad" => throw new TemplateFunctionException("1:1: parse error"),
            _ => Samples,
        });
        return new RuleTemplate("A", text).Expand(data.AsValue(), host, TimeProvider.System, CancellationToken.None, out _);
    }
}
