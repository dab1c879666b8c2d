using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Rules;
using Pharos.Tests.Server.Config;

namespace Pharos.Tests.Server.Rules;

public sealed class RuleFileReaderTests : IDisposable
{
    readonly ConfigFolder folder = new();

    public void Dispose() => folder.Dispose();

    (RuleFileConfig File, string[] Faults) Read(string yaml, bool ignoreUnknownKeys = false)
    {
        var source = folder.Source();
        var file = RuleFileReader.Read(source, folder.Write("r.yml", yaml), NameValidation.Utf8, ignoreUnknownKeys);
        return (file, folder.Shorten(source));
    }

    [Fact]
    public void A_file_is_read_with_all_its_keys()
    {
        var (file, faults) = Read("""
            groups:
              - name: g
                interval: 30s
                query_offset: 5s
                limit: 3
                labels: {team: x}
                rules:
                  - record: a:b
                    expr: sum(x)
                    labels: {l: v}
                  - alert: A
                    expr: |
                      up
                        == 0
                    for: 1m
                    keep_firing_for: 2m
                    annotations: {summary: "{{ $labels.job }} $HOME"}
            """);

        Assert.Empty(faults);
        var group = Assert.Single(file.Groups);
        Assert.Equal("PromQL", group.Language);
        Assert.Equal(("g", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), 3), (group.Name, group.Interval!.Value, group.QueryOffset!.Value, group.Limit));
        Assert.Equal(LabelSet.From(("team", "x")), group.Labels);
        Assert.Equal(("a:b", false), (group.Rules[0].Record, group.Rules[0].IsAlert));
        var alert = group.Rules[1];
        Assert.Equal(("A", "up\n  == 0\n", 13), (alert.Alert, alert.Expr, alert.Line));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)), (alert.For, alert.KeepFiringFor));
        Assert.Equal([new Label("summary", "{{ $labels.job }} $HOME")], alert.Annotations); // No variable is put into rule files.
    }

    [Theory]
    [InlineData("record: a", "rules[0].expr: is missing; write the PromQL expression of the rule")]
    [InlineData("expr: a", "rules[0]: is neither; write record (to store a series) or alert")]
    [InlineData("record: a, alert: b, expr: c", "alert: record is written too; keep one of both, or make it two rules")]
    [InlineData("record: a, expr: c, for: 1m", "for: a recording rule has none; remove it, or write alert instead of record")]
    [InlineData("record: 'a{b=\"c\"}', expr: c", "is no metric name")]
    [InlineData("record: a, expr: c, labels: {__name__: x}", "__name__ is the name of the metric itself")]
    [InlineData("alert: a, expr: c, annotation: {}", "unknown key \"annotation\"; did you mean \"annotations\"?")]
    [InlineData("alert: a, expr: c, labels: {x: '{{ .Foo }'}", "labels.x: ")]
    [InlineData("alert: a, expr: c, labels: {x: [1]}", "labels.x: a list is no label value; write a text")]
    [InlineData("alert: a, expr: ''", "expr: is missing")]
    [InlineData("alert: a, expr: [1]", "expr: a list stands where one value belongs; write a single value")]
    public void A_rule_that_cannot_work_is_told(string rule, string expected)
    {
        var (_, faults) = Read($"groups: [{{name: g, rules: [{{{rule}}}]}}]\n");

        Assert.Contains(expected, Assert.Single(faults));
    }

    [Theory]
    [InlineData("    expr: sum(a b)\n", "r.yml:5:17:")]
    [InlineData("    expr: \"sum(a b)\"\n", "r.yml:5:18:")]
    [InlineData("    expr: |\n      sum(\n        a b)\n", "r.yml:7:11:")]
    public void A_fault_inside_an_expression_is_pointed_at(string expr, string expected)
    {
        var (_, faults) = Read($"groups:\n- name: g\n  rules:\n  - record: a\n{expr}");

        Assert.StartsWith(expected, Assert.Single(faults));
    }

    [Fact]
    public void Unknown_keys_can_be_let_pass()
    {
        const string yaml = "extra: 1\ngroups: [{name: g, more: 2, rules: [{record: a, expr: b, other: 3}]}]\n";

        Assert.All(Read(yaml, ignoreUnknownKeys: true).Faults, fault => Assert.Contains("warning: ", fault));
        Assert.All(Read(yaml).Faults, fault => Assert.DoesNotContain("warning: ", fault));
    }

    [Fact]
    public void Groups_of_one_file_have_different_names()
    {
        var (_, faults) = Read("groups: [{name: g, rules: []}, {name: g, rules: []}, {rules: []}]\n");

        Assert.Equal(2, faults.Length);
        Assert.Contains("\"g\" is written twice in this file", faults[0]);
        Assert.Contains("name: is missing", faults[1]);
    }
}
