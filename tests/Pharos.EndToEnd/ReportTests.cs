using System.Text.Json.Nodes;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd;

/// <summary>What a run of all tests prints at its end: names, reasons, and the line that counts.</summary>
public sealed class ReportTests : IDisposable
{
    readonly TemporaryFolder results = new();

    public void Dispose() => results.Dispose();

    [Fact]
    public void Failed_and_skipped_tests_are_told_with_their_reasons_and_the_last_line_counts()
    {
        WriteReport(Test("Good", "passed"), Test("Bad", "failed", "1 is not 2"), Lacking("First"), Lacking("Second"));
        results.Write("web.json", """{"success": true, "numPassedTests": 2, "numFailedTests": 0, "numPendingTests": 0, "numTodoTests": 0, "testResults": []}""");
        results.Write("lint.json", """[{"filePath": "/x/web/src/main.tsx", "messages": [{"line": 7, "ruleId": "no-lamp", "message": "No lamp."}]}]""");

        var (code, output) = Count();

        Assert.Equal(
            (1, "failed: Bad\n    1 is not 2\nfailed: web/src/main.tsx:7: no-lamp\n    No lamp.\nskipped: the lamp is missing; run: lamp\n    First\n    Second\n"
                + "3 passed, 2 failed, 2 skipped\n"),
            (code, output));
    }

    [Fact]
    public void A_run_that_left_no_report_is_a_failure()
    {
        WriteReport(Test("Good", "passed"));

        var (code, output) = Count();

        Assert.Equal(1, code);
        Assert.StartsWith("failed: web: no report (", output, StringComparison.Ordinal);
        Assert.Contains("\nfailed: web: no report of eslint (", output, StringComparison.Ordinal);
        Assert.EndsWith("\n1 passed, 2 failed, 0 skipped\n", output, StringComparison.Ordinal);
    }

    static JsonObject Test(string name, string status, string? message = null) => new() { ["name"] = name, ["status"] = status, ["message"] = message };

    static JsonObject Lacking(string name)
    {
        var test = Test(name, "skipped");
        test["extra"] = new JsonObject { ["reason"] = "the lamp is missing; run: lamp" };
        return test;
    }

    void WriteReport(params JsonObject[] tests)
    {
        var summary = new JsonObject { ["tests"] = tests.Length, ["pending"] = 0, ["other"] = 0 };
        foreach (var status in (string[])["passed", "failed", "skipped"]) summary[status] = tests.Count(test => test["status"]!.GetValue<string>() == status);
        var report = new JsonObject { ["results"] = new JsonObject { ["tool"] = "Some.Tests", ["summary"] = summary, ["tests"] = new JsonArray(tests) } };
        results.Write("some.ctrf", report.ToJsonString());
    }

    (int Code, string Output) Count() =>
        Peers.Run("node", [], Path.Combine(Checkout.Root, "tests", "report", "count.mjs"), results.Path, "Some.Tests");
}
