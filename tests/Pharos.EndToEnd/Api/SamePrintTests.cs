using System.Text.Json;

namespace Pharos.EndToEnd.Api;

/// <summary>Both servers take or refuse the same text as PromQL, and print it back alike.</summary>
public sealed class SamePrintTests(ServerPair servers) : IClassFixture<ServerPair>
{
    static readonly string[] Expressions =
    [
        // Matchers in any order, names in and before the braces, blanks, comments, case of keywords.
        "up{job=\"b\",a=~\"x|y\"}", "up{ }", "{job='a', __name__=\"up\", }", "{\"up\"}", "{\"with.dots\", \"label.x\"=\"y\"}", "SUM BY (job) (up)", "sum(up) by (job,)", "avg without() (up) # the mean",
        "foo{__name__=~\"x\"}", "foo{__name__=\"foo\"}", "foo{__name__!=\"x\"}", "{__name__=~\"x\"}", "{}", "{a=\"\"}", "{a=~\".*\"}", "{a!=\"x\"}", "sum by (a:b) (up)", "up{a:b=\"c\"}",
        // Numbers and durations.
        "1099511627776", "1e300", "0x1F", "017", "1_000", "5m", "1d12h", "NaN", "-Inf", "+inf", ".5", "5.", "1e", "0b1", "up[300]", "up[1y]", "up[5m30s]", "up[30s5m]", "up[0s]", "up[-5m]", "up[5m:]", "up[5m:1m]", "up[5m:0]", "up offset 1h30m", "up offset -5m",
        "up @ 1.5", "up @ start()", "up[5m] @ end() offset 1m", "up offset 1m @ 5", "up @ -1", "up @ 1e30", "(up + 1) offset 5m", "rate(up[5m] offset 1m)[1h:5m]", "up[5m][1h:]", "(up)[5m]",
        // Operators: precedence, associativity, modifiers.
        "1 + 2 * 3 ^ 2 ^ 2", "-1 ^ 2", "-up", "- - 1", "a and b or c unless d", "a == bool 1", "1 == 1", "1 == bool 1", "a + on (x) group_left (y) b", "a + ignoring () group_right b", "a and on (x) group_left b",
        "a atan2 b", "a % 2 / 3", "a > bool b > 1", "\"a\" + 1", "\"a\"", "a[5m] + 1", "a or 1", "a * on (x) group_left (x) b",
        // Calls and aggregations.
        "rate(up)", "rate(up[5m], 1)", "time()", "time(1)", "round(up, 0.5)", "topk(3, up)", "topk(up)", "quantile by (a) (0.5, up)", "count_values(\"v\", up)", "count_values(v, up)", "label_replace(up, \"a\", \"$1\", \"b\", \"(.*)\")",
        "histogram_quantile(0.9, rate(x_bucket[5m]))", "absent(up{a=\"b\"})", "sort_by_label(up, \"a\")", "limitk(2, up)", "info(up)", "nothing(up)", "sum", "sum()", "sum(up", "sum up", "by", "on", "offset", "sum(sum)", "start", "bool",
        // Broken texts.
        "", " ", ")", "up{", "up{a}", "up{a=b}", "up{a=\"b\"", "up{a=\"b\" c=\"d\"}", "up{\"a\"=}", "\"", "'\\x'", "`raw\\n`", "\"\\u00e9\"", "up[5m", "up[]", "up[m]", "up @", "a b", "a +", "µ", "{µ=\"1\"}", "{\"µ\"=\"1\"}",
    ];

    /// <summary>Where Pharos prints another form of the same, and why.</summary>
    static readonly Dictionary<string, (string Print, string Reason)> Explained = new(StringComparer.Ordinal)
    {
        ["{\"up\"}"] = ("up", "a name that needs no quotes is printed without"),
        ["{\"with.dots\", \"label.x\"=\"y\"}"] = ("{\"with.dots\",\"label.x\"=\"y\"}", "the name stays a name, and first"),
        ["sum by (a:b) (up)"] = ("sum by (\"a:b\") (up)", "a colon belongs to names of metrics; quoted, the label parses everywhere"),
        ["a + ignoring () group_right b"] = ("a + ignoring () group_right () b", "Prometheus loses group_right, and with it the meaning"),
    };

    [Fact]
    public async Task What_is_taken_is_printed_alike_and_what_is_refused_is_refused_by_both()
    {
        var differences = new List<string>();
        foreach (var expression in Expressions)
        {
            var (expected, actual) = (await PrintAsync(servers.Prometheus, expression), await PrintAsync(servers.Pharos, expression));
            var wanted = Explained.TryGetValue(expression, out var own) ? own.Print : expected;
            if (own.Print is not null && own.Print == expected) differences.Add($"{expression}: explained, but there is no difference");
            if (wanted != actual) differences.Add($"{expression}: {actual ?? "refused"} instead of {wanted ?? "refused"}");
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    static async Task<string?> PrintAsync(HttpClient server, string expression)
    {
        using var answer = await server.PostAsync("api/v1/format_query", new FormUrlEncodedContent([KeyValuePair.Create("query", expression)]));
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.TryGetProperty("data", out var data) ? data.GetString() : null;
    }
}
