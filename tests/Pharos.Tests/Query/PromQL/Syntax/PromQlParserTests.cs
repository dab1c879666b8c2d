using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Tests.Query.PromQL.Syntax;

public sealed class PromQlParserTests
{
    [Theory]
    [InlineData("up", "up")]
    [InlineData("{__name__=\"up\"}", "{__name__=\"up\"}")]
    [InlineData("{\"odd name\", a='b'}", "{\"odd name\",a=\"b\"}")]
    [InlineData("up{job=~\"a|b\",}", "up{job=~\"a|b\"}")]
    [InlineData("rate(x[300])", "rate(x[5m])")]
    [InlineData("x[1h30m] offset 5m @ 100", "x[1h30m] @ 100.000 offset 5m")]
    [InlineData("x @ start() offset -1d", "x @ start() offset -1d")]
    [InlineData("max_over_time(rate(x[5m])[1h:1m])", "max_over_time(rate(x[5m])[1h:1m])")]
    [InlineData("x[5m:]", "x[5m:]")]
    [InlineData("SUM(x) BY (a, b)", "sum by (a, b) (x)")]
    [InlineData("sum without () (x)", "sum without () (x)")]
    [InlineData("topk(5, x)", "topk(5, x)")]
    [InlineData("count_values(\"v\", x)", "count_values(\"v\", x)")]
    [InlineData("a + on(x) group_left(y) b", "a + on (x) group_left (y) b")]
    [InlineData("a > bool ignoring(x) b", "a > bool ignoring (x) b")]
    [InlineData("a + fill(0) b", "a + fill (0) b")]
    [InlineData("a / on(x) fill_left(-1) fill_right(2) b", "a / on (x) fill_left (-1) fill_right (2) b")]
    [InlineData("fill + fill_left", "fill + fill_left")]
    [InlineData("-1 ^ 2", "-1 ^ 2")]
    [InlineData("0x1F + 1_000 + 010 + .5 + 5m", "31 + 1000 + 8 + 0.5 + 5m")]
    [InlineData("rate(x[5m] anchored)", "rate(x[5m] anchored)")]
    [InlineData("x offset -100 smoothed", "x smoothed offset -1m40s")]
    [InlineData("x[step() + 1]", "x[step() + 1s]")]
    [InlineData("x offset -min_of(step(), 1m)", "x offset -min_of(step(), 1m)")]
    [InlineData("h </ 2 >/ 1", "h </ 2 >/ 1")]
    [InlineData("sum", "sum")]
    [InlineData("'a\\x41\\u00e9'", "\"aAé\"")]
    [InlineData("job:rate:5m # comment", "job:rate:5m")]
    public void A_query_prints_in_its_plain_form_and_parses_back(string text, string printed)
    {
        var tree = PromQlEngine.Parse(text);

        Assert.Equal(printed, tree.ToString());
        Assert.Equal(tree, PromQlEngine.Parse(printed));
    }

    [Theory]
    [InlineData("1 + 2 * 3 ^ 2 ^ 2", "(1 + (2 * (3 ^ (2 ^ 2))))")]
    [InlineData("a or b and c unless d", "(a or ((b and c) unless d))")]
    [InlineData("a - b - c", "((a - b) - c)")]
    [InlineData("-a ^ b * c", "((-(a ^ b)) * c)")]
    [InlineData("a == b + c", "(a == (b + c))")]
    [InlineData("a offset 2 ^ 2", "(a offset 2s ^ 2)")]
    public void Operators_bind_as_in_Prometheus(string text, string grouped) => Assert.Equal(grouped, Grouped(PromQlEngine.Parse(text)));

    [Theory]
    [InlineData("", "1:1: parse error: no expression found in input")]
    [InlineData("sum(", "1:5: parse error: unclosed left parenthesis")]
    [InlineData("a +", "1:4: parse error: unexpected end of input")]
    [InlineData("up{a=b}", "1:6: parse error: unexpected identifier \"b\" in label matching, expected string")]
    [InlineData("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher")]
    [InlineData("{a=~\".*\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher")]
    [InlineData("a\n  & b", "2:3: parse error: unexpected character: '&'")]
    [InlineData("nope(a)", "1:1: parse error: unknown function with name \"nope\"")]
    [InlineData("rate(a)", "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector")]
    [InlineData("rate(a[5m], 1)", "1:1: parse error: expected 1 argument(s) in call to \"rate\", got 2")]
    [InlineData("1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier")]
    [InlineData("a + bool b", "1:3: parse error: bool modifier can only be used on comparison operators")]
    [InlineData("a and 1", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression")]
    [InlineData("1 and 1", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression")]
    [InlineData("a and on(x) group_left b", "1:1: parse error: no grouping allowed for \"and\" operation")]
    [InlineData("a + on(x) group_left(x) b", "1:3: parse error: label \"x\" must not occur in ON and GROUP clause at once")]
    [InlineData("a[0s]", "1:3: parse error: duration must be greater than 0")]
    [InlineData("a[5]  [5m]", "1:7: parse error: ranges only allowed for vector selectors")]
    [InlineData("a offset 1m offset 2m", "1:13: parse error: offset may not be set multiple times")]
    [InlineData("(a) @ 1", "1:5: parse error: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery")]
    [InlineData("5xyz", "1:1: parse error: bad number or duration syntax: \"5xyz\"")]
    [InlineData("\"open", "1:1: parse error: unterminated quoted string")]
    [InlineData("\"\\q\"", "1:1: parse error: unknown escape sequence U+0071 'q'")]
    [InlineData("a{b=~\"(\"}", "1:6: parse error: error parsing regexp: missing closing ): `(`")]
    [InlineData("1e999", "1:1: parse error: error parsing number: \"1e999\"")]
    [InlineData("topk(a)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1")]
    [InlineData("a b", "1:3: parse error: unexpected identifier \"b\"")]
    public void A_fault_is_told_with_its_place_and_reason(string text, string message)
    {
        var error = Assert.Throws<PromQlSyntaxException>(() => PromQlEngine.Parse(text));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Ten_thousand_parentheses_are_refused_and_not_a_crash()
    {
        var text = new string('(', 10_000) + "a" + new string(')', 10_000);

        Assert.Contains("nested more than", Assert.Throws<PromQlSyntaxException>(() => PromQlEngine.Parse(text)).Message, StringComparison.Ordinal);
    }

    /// <summary>Trees are walked by recursion: one that is as deep as a chain of a hundred thousand operators is long took the process down.</summary>
    [Theory]
    [InlineData("1 + ", 100_000)]
    [InlineData("a or ", 100_000)]
    [InlineData("a[1 + ", 1)]
    public void A_chain_of_very_many_operators_is_refused(string start, int times)
    {
        var text = string.Concat(Enumerable.Repeat(start, times)) + (times > 1 ? "1" : string.Join(" + ", Enumerable.Repeat("1", 100_000)) + "]");

        Assert.Contains("more than 1000 operators in a row", Assert.Throws<PromQlSyntaxException>(() => PromQlEngine.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chains_within_chains_count_together()
    {
        var text = "1";
        for (var i = 0; i < 10; i++) text = $"({text}{string.Concat(Enumerable.Repeat(" + 1", 250))})";

        Assert.Contains("more than 1000 operators in a row", Assert.Throws<PromQlSyntaxException>(() => PromQlEngine.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chains_beside_each_other_do_not_add_up()
    {
        var chain = string.Join(" + ", Enumerable.Repeat("a", 700));

        Assert.Equal(ValueKind.Vector, PromQlEngine.Parse($"label_replace({chain}, \"x\", \"\", \"\", \"\") * ({chain}) * max({chain})").Kind);
    }

    /// <summary>On the smallest stack that a thread gets anywhere.</summary>
    [Fact]
    public void The_longest_chain_is_an_ordinary_query()
    {
        var text = string.Join(" + ", Enumerable.Repeat("1", 999));
        string? printed = null;
        var thread = new Thread(() => printed = PromQlEngine.Parse(text).ToString(), maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();

        Assert.Equal(text, printed);
    }

    [Fact]
    public void Every_cut_of_a_query_gives_a_tree_or_a_fault()
    {
        const string text = "sum by (a, \"b\") (rate(x{a=~\"b.*\",c!='d'}[5m] offset -1h @ end())) / on (a) group_left (c) fill (0) max_over_time(y[1h:5m]) > bool 0x1F";
        for (var length = 0; length < text.Length; length++)
        {
            try
            {
                PromQlEngine.Parse(text[..length]);
            }
            catch (PromQlSyntaxException)
            {
                // The clear answer that is wanted; anything else fails the test.
            }
        }
    }

    static string Grouped(Expr expr) => expr switch
    {
        BinaryExpr binary => $"({Grouped(binary.Left)} {binary.Operator.Text()} {Grouped(binary.Right)})",
        UnaryExpr unary => $"(-{Grouped(unary.Inner)})",
        _ => expr.ToString(),
    };
}
