using Pharos.Model.Text;

namespace Pharos.Tests.Model.Text;

public sealed class Re2Tests
{
    [Theory]
    [InlineData("a|b", "a", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("pro.*", "production", true)]
    [InlineData(".*ion", "production", true)]
    [InlineData(".*duc.*", "production", true)]
    [InlineData(".*duc.*", "pro", false)]
    [InlineData("(?i:PRO).*", "production", true)]
    [InlineData("(?i)straße", "STRAßE", true)]
    [InlineData("(?i)k", "\u212A", true)]
    [InlineData("a.c", "a\nc", true)]
    [InlineData("a.c", "a😀c", true)]
    [InlineData("a..c", "a😀c", false)]
    [InlineData("[^b]", "😀", true)]
    [InlineData("[😀-😂]", "😁", true)]
    [InlineData("[😀-😂]", "😃", false)]
    [InlineData("\\d+", "٣", false)] // Only ASCII digits, as in RE2.
    [InlineData("\\pL+", "äж", true)]
    [InlineData("\\p{Greek}", "λ", true)]
    [InlineData("\\P{Lu}", "A", false)]
    [InlineData("[[:digit:]_-]+", "1_-", true)]
    [InlineData("\\Qa.b\\E", "a.b", true)]
    [InlineData("\\Qa.b\\E", "axb", false)]
    [InlineData("a\\_b", "a_b", true)]
    [InlineData("\\x41\\x{42}\\103", "ABC", true)]
    [InlineData("a{2,3}", "aaa", true)]
    [InlineData("a{2,3}", "aaaa", false)]
    [InlineData("a{,3}", "a{,3}", true)]
    [InlineData("x*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("^a$", "a", true)]
    [InlineData("(?s-s:a.c)", "a\nc", false)]
    [InlineData("foo|bar.*|", "", true)]
    [InlineData("foo|bar.*|", "barn", true)]
    public void An_anchored_pattern_matches_as_in_RE2(string pattern, string text, bool matches) => Assert.Equal(matches, Re2.CompileAnchored(pattern).IsMatch(text));

    [Theory]
    [InlineData("(", "error parsing regexp: missing closing ): `(`")]
    [InlineData("a)", "error parsing regexp: unexpected ): `a)`")]
    [InlineData("*a", "error parsing regexp: missing argument to repetition operator: `*`")]
    [InlineData("a**", "error parsing regexp: invalid nested repetition operator: `**`")]
    [InlineData("[a", "error parsing regexp: missing closing ]: `[a`")]
    [InlineData("[z-a]", "error parsing regexp: invalid character class range: `z-a`")]
    [InlineData("\\q", "error parsing regexp: invalid escape sequence: `\\q`")]
    [InlineData("\\1", "error parsing regexp: invalid escape sequence: `\\1`")]
    [InlineData("a\\", "error parsing regexp: trailing backslash at end of expression: ``")]
    [InlineData("(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`")]
    [InlineData("(?<!a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?<!`")]
    [InlineData("a{1001}", "error parsing regexp: invalid repeat count: `{1001}`")]
    [InlineData("(a{100}){100}", "error parsing regexp: invalid repeat count: `(a{100}){100}`")]
    [InlineData("\\p{Nope}", "error parsing regexp: invalid character class range: `\\p{Nope}`")]
    [InlineData("(?P<n>a)(?P<n>b)", "error parsing regexp: duplicate capture group name: `n`")]
    public void What_RE2_refuses_is_refused_in_its_words(string pattern, string message) => Assert.Equal(message, Assert.Throws<Re2SyntaxException>(() => Re2.CompileAnchored(pattern)).Message);

    [Theory]
    [InlineData("(.*):(\\d+)", "host:80", "$2-$1", "80-host")]
    [InlineData("(?P<h>.*):.*", "host:80", "${h}x", "hostx")]
    [InlineData("(a)(b)?", "a", "[$2]", "[]")]
    [InlineData("(.*)", "v", "$$1 ${1}_$1_", "$1 v_")] // $1_ names a group "1_", which there is not.
    [InlineData("(?P<a>x)(y)", "xy", "$2$a", "yx")]
    [InlineData("a", "b", "$0", null)]
    public void A_template_takes_groups_by_number_and_name(string pattern, string text, string template, string? expanded) => Assert.Equal(expanded, Re2.CompileAnchored(pattern).Expand(text, template));

    [Fact]
    public void All_matches_are_replaced_by_an_unanchored_pattern() => Assert.Equal("x1x2", Re2.Compile("[a-z]+(\\d)").ReplaceAll("ab1cd2", "x$1"));

    [Fact]
    public void Plain_alternatives_are_known_to_the_index()
    {
        Assert.Equal(["api", "web-1", "web-2"], Re2.CompileAnchored("api|web-(1|2)").Alternatives);
        Assert.Null(Re2.CompileAnchored("api.*").Alternatives);
        Assert.Equal("api", Re2.CompileAnchored("api.*x[0-9]+").Prefix);
    }

    [Fact]
    public void A_pattern_that_makes_other_engines_hang_answers()
    {
        var pattern = Re2.CompileAnchored("(a+)+b|(x*)*y(a|a)*c");

        Assert.False(pattern.IsMatch(new string('a', 50_000)));
    }

    [Fact]
    public void A_pattern_too_large_for_an_automaton_is_refused_or_works()
    {
        foreach (var pattern in (string[])["((a{10}){10}){10}", new string('(', 200) + "a" + new string(')', 200), "(\\pL{500}|x){1,2}"])
        {
            try
            {
                Re2.CompileAnchored(pattern).IsMatch("aaa");
            }
            catch (Re2SyntaxException error)
            {
                Assert.Contains("error parsing regexp", error.Message, StringComparison.Ordinal);
            }
        }
    }
}
