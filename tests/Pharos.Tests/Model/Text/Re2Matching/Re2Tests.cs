using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;

namespace Pharos.Tests.Model.Text.Re2Matching;

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
    [InlineData("(?P<n>a)(?P<n>b)", "ab", true)]
    [InlineData("(?P<side>left-7)|(?P<side>right-9)", "right-9", true)]
    [InlineData("(?i)STRASSE|masse", "Ma\u017F\u017Fe", true)]
    [InlineData("(?i)i", "İ", false)]
    [InlineData("(?i)i", "ı", false)]
    [InlineData("(?i)ß", "ẞ", true)]
    [InlineData("(?i)σ", "ς", true)]
    [InlineData("a\\b", "a", true)]
    [InlineData("é\\b.*", "éa", true)]
    [InlineData("é\\b.*", "éé", false)]
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
    public void What_RE2_refuses_is_refused_in_its_words(string pattern, string message) => Assert.Equal(message, Assert.Throws<Re2SyntaxException>(() => Re2.CompileAnchored(pattern)).Message);

    [Theory]
    [InlineData("(.*):(\\d+)", "host:80", "$2-$1", "80-host")]
    [InlineData("(?P<h>.*):.*", "host:80", "${h}x", "hostx")]
    [InlineData("(a)(b)?", "a", "[$2]", "[]")]
    [InlineData("(.*)", "v", "$$1 ${1}_$1_", "$1 v_")] // $1_ names a group "1_", which there is not.
    [InlineData("(?P<a>x)(y)", "xy", "$2$a", "yx")]
    [InlineData("a", "b", "$0", null)]
    [InlineData("(?P<side>left)-.*|(?P<side>right)-.*", "left-7", "$side", "left")]
    [InlineData("(?P<side>left)-.*|(?P<side>right)-.*", "right-9", "$1/$2/$side", "/right/right")]
    [InlineData("(?P<s>a)(?P<s>b)", "ab", "${s}", "a")] // Both took part: the first counts.
    [InlineData("(?P<s>a)?(?P<s>b)?", "", "[$s]", "[]")]
    [InlineData("(.*)", "v", "$01|$1", "|v")] // Numbers have no leading zeros; this is a name that there is not.
    [InlineData("(.*)", "v", "$é|$$", "|$")]
    [InlineData("((.*))", "v", "$0$1$2$3", "vvv")]
    [InlineData("(a*)(a*)(a*?)a", "aaa", "[$1|$2|$3]", "[aa||]")]
    [InlineData("(a|ab)(c|bcd)(d*)", "abcd", "[$1|$2|$3]", "[a|bcd|]")] // The first alternative that leads to a match, not the longest.
    [InlineData("(?:(a)|b)*", "ab", "[$1]", "[a]")]
    [InlineData("(|a)*", "aa", "[$1]", "[a]")] // What is empty counts once at a place.
    [InlineData("(a*)+", "b", "$1", null)]
    [InlineData("(?U)(a+)(a*)", "aaa", "[$1|$2]", "[a|aa]")]
    [InlineData("(.)(.)", "😀é", "$2$1", "é😀")]
    public void A_template_takes_groups_by_number_and_name(string pattern, string text, string template, string? expanded) => Assert.Equal(expanded, Re2.CompileAnchored(pattern).Expand(text, template));

    [Theory]
    [InlineData("[a-z]+(\\d)", "ab1cd2", "x$1", "x1x2")]
    [InlineData("a*", "baac", "x", "xbxcx")] // An empty match right behind another is none.
    [InlineData("", "😀b", "-", "-😀-b-")]
    [InlineData("(?P<v>\\d+)ms|(?P<v>\\d+)s", "5ms 7s", "<$v>", "<5> <7>")]
    [InlineData("\\b", "ab é c", "|", "|ab| é |c|")] // Words are ASCII, as in RE2.
    [InlineData("(?m)^.", "ab\ncd", "_", "_b\n_d")]
    [InlineData("a.b", "a\nb axb", "_", "a\nb _")]
    [InlineData("x$", "x x", "y", "x y")]
    [InlineData("é+", "aéé", "($0)", "a(éé)")]
    [InlineData("q", "aaa", "x", "aaa")]
    public void All_matches_are_replaced_by_an_unanchored_pattern(string pattern, string text, string template, string replaced) => Assert.Equal(replaced, Re2.Compile(pattern).ReplaceAll(text, template));

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

    [Theory]
    [InlineData("((a{10}){10}){10}")]
    [InlineData("(\\pL{500}|x){1,2}")]
    [InlineData("(?i)(\\pL{1000})")]
    [InlineData("(.*a.{500}|[^b]{400}c)*")]
    [InlineData("((a?){30}){30}(a{30}){30}")]
    public void A_pattern_with_large_counts_answers(string pattern)
    {
        var compiled = Re2.CompileAnchored(pattern);

        Assert.Equal(pattern == "(.*a.{500}|[^b]{400}c)*", compiled.IsMatch(""));
        Assert.False(compiled.IsMatch(string.Concat(Enumerable.Repeat("ab", 1_000))));
    }

    [Fact]
    public void A_pattern_too_large_is_refused_with_its_beginning_and_size()
    {
        var pattern = string.Join('|', Enumerable.Range(0, 4_000).Select(i => $"x{i}[a-z]{{1000}}"));

        var error = Assert.Throws<Re2SyntaxException>(() => Re2.CompileAnchored(pattern));

        Assert.Matches(@"^error parsing regexp: expression too large: its automaton would take about \d+ MB, 64 are allowed: `x0\[a-z\]\{1000\}\|.*… \(\d+ characters\)`$", error.Message);
    }

    [Fact]
    public void Classes_written_out_by_the_thousand_are_refused() =>
        Assert.Contains("expression too large", Assert.Throws<Re2SyntaxException>(() => Re2.CompileAnchored(string.Concat(Enumerable.Repeat("[\\pLx]", 20_000)))).Message, StringComparison.Ordinal);
}
