using Pharos.Server.Rules.Commands;


namespace Pharos.Tests.Server.Rules.Commands;

public sealed class TestRulesCommandTests : IDisposable
{
    const string Rules = """
        groups:
          - name: g
            rules:
              - record: job:m:sum
                expr: sum by (job) (m)
              - alert: High
                expr: job:m:sum > 5
                for: 2m
                labels: {severity: page}
                annotations: {summary: "{{ $labels.job }} is at {{ $value }}"}
        """;

    readonly string folder = Directory.CreateTempSubdirectory("pharos-rules-").FullName;

    [Fact]
    public void A_test_that_holds_succeeds()
    {
        var (code, output) = Run("""
            rule_files: [rules.yml]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - {series: 'm{job="api", i="1"}', values: '1+1x10'}
                  - {series: 'm{job="api", i="2"}', values: '1x10'}
                promql_expr_test:
                  - {expr: 'job:m:sum', eval_time: 4m, exp_samples: [{labels: 'job:m:sum{job="api"}', value: 6}]}
                alert_rule_test:
                  - {eval_time: 5m, alertname: High, exp_alerts: []}
                  - eval_time: 6m
                    alertname: High
                    exp_alerts:
                      - exp_labels: {job: api, severity: page}
                        exp_annotations: {summary: api is at 8}
            """);

        Assert.True(code == 0, output);
        Assert.EndsWith("SUCCESS", output.TrimEnd());
    }

    [Fact]
    public void What_differs_is_shown_beside_what_was_expected()
    {
        var (code, output) = Run("""
            rule_files: [rules.yml]
            tests:
              - name: wrong
                input_series: [{series: 'm{job="api"}', values: '9x5'}]
                promql_expr_test:
                  - {expr: 'job:m:sum', eval_time: 1m, exp_samples: [{labels: 'job:m:sum', value: 9}]}
                alert_rule_test:
                  - {eval_time: 2m, alertname: High, exp_alerts: [{exp_labels: {job: api}}]}
            """);

        Assert.Equal(1, code);
        Assert.Contains("name: wrong,", output);
        Assert.Contains("exp: job:m:sum 9\n        got: job:m:sum{job=\"api\"} 9", output);
        Assert.Contains("Labels:{alertname=\"High\", job=\"api\"}", output);
        Assert.Contains("Labels:{alertname=\"High\", job=\"api\", severity=\"page\"}", output);
    }

    [Theory]
    [InlineData("tests: [{input_series: [{series: 'm{', values: '1'}]}]", "input series")]
    [InlineData("tests: [{input_series: [{series: m, values: '1x'}]}]", "input series")]
    [InlineData("tests: [{input_series: [{series: m, values: '1x99999999999'}]}]", "input series")]
    [InlineData("tests: [{promql_expr_test: [{expr: 'm +', eval_time: 0}]}]", "parse error")]
    [InlineData("tests: [{promql_expr_test: [{expr: 'm', eval_time: 0, exp_samples: [{labels: 'm{a=~\"b\"}'}]}]}]", "expr: \"m\"")]
    [InlineData("tests: [{promql_expr_test: [{expr: 'm', eval_time: 5}]}]", "tests[0].promql_expr_test[0].eval_time: \"5\" has no unit")]
    [InlineData("tests: [{alert_rule_test: [{eval_time: 1m}]}]", "alertname: is missing")]
    [InlineData("tests: [{alert_rule_test: [{eval_time: 1m, alertname: A, exp_alert: []}]}]", "unknown key \"exp_alert\"; did you mean \"exp_alerts\"?")]
    [InlineData("{rule_files: [missing.yml], tests: {}}", "is no list")]
    [InlineData("evaluation_interval: 1ms\ntests: [{alert_rule_test: [{eval_time: 50y, alertname: A}]}]", "more than 10000000 evaluations")]
    [InlineData("- 1", "is no mapping")]
    public void A_faulty_file_fails_with_the_reason(string text, string reason)
    {
        var (code, output) = Run(text);

        Assert.Equal(1, code);
        Assert.Contains(reason, output);
    }

    [Fact]
    public void A_missing_file_and_a_wrong_pattern_fail_with_the_reason()
    {
        using var output = new StringWriter();

        Assert.Equal(1, TestRulesCommand.Run([Path.Combine(folder, "none.yml")], [], false, output, TestContext.Current.CancellationToken));
        Assert.Equal(1, TestRulesCommand.Run([], ["("], false, output, TestContext.Current.CancellationToken));
        Assert.Contains("cannot be read", output.ToString());
    }

    [Fact]
    public void Check_tells_every_fault_and_rules_that_are_written_twice()
    {
        File.WriteAllText(Path.Combine(folder, "bad.yml"), """
            groups:
              - name: g
                rules:
                  - {record: x, expr: "1 +"}
                  - {alert: A, expr: "1", annotations: {summary: "{{ nope }}"}}
            """);
        File.WriteAllText(Path.Combine(folder, "twice.yml"), """
            groups:
              - name: g
                rules:
                  - {record: x, expr: "1"}
                  - {record: x, expr: "2"}
                  - {record: x, expr: "2", labels: {a: b}}
            """);
        using var output = new StringWriter();

        Assert.Equal(1, CheckRulesCommand.Run([Path.Combine(folder, "bad.yml")], false, false, output));
        Assert.Equal(0, CheckRulesCommand.Run([Path.Combine(folder, "twice.yml")], false, false, output));
        Assert.Equal(3, CheckRulesCommand.Run([Path.Combine(folder, "twice.yml")], false, true, output));

        Assert.Contains("bad.yml:4:", output.ToString());
        Assert.Contains("bad.yml:5:", output.ToString());
        Assert.Contains("function \"nope\" not defined", output.ToString());
        Assert.Contains("record x is written with the same labels in line 4 too", output.ToString());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    (int Code, string Output) Run(string test)
    {
        File.WriteAllText(Path.Combine(folder, "rules.yml"), Rules);
        File.WriteAllText(Path.Combine(folder, "test.yml"), test);
        using var output = new StringWriter();
        var code = TestRulesCommand.Run([Path.Combine(folder, "test.yml")], [], false, output, TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }
}
