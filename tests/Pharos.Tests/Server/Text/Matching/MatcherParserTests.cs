using Pharos.Server.Text.Matching;

namespace Pharos.Tests.Server.Text.Matching;

public sealed class MatcherParserTests
{
    [Theory]
    [InlineData("foo=bar", "{foo=\"bar\"}")]
    [InlineData("{foo=bar}", "{foo=\"bar\"}")]
    [InlineData(" { foo = \"bar\" , b!~\"x|y\" , } ", "{foo=\"bar\",b!~\"x|y\"}")]
    [InlineData("a!=b,c=~d", "{a!=\"b\",c=~\"d\"}")]
    [InlineData("{}", "{}")]
    [InlineData("", "{}")]
    [InlineData("\"service name\"=\"Ünïcode\"", "{\"service name\"=\"Ünïcode\"}")]
    [InlineData("Σ=x", "{Σ=\"x\"}")]
    [InlineData("foo=\"a\\nb\\\"c\\\\d\"", "{foo=\"a\\nb\\\"c\\\\d\"}")]
    [InlineData("Σ=\"\\u00e9\"", "{Σ=\"é\"}")]
    public void The_newer_grammar_is_read(string text, string expected) => Assert.Equal(expected, MatcherParser.ParseAll(text).Text());

    [Fact]
    public void Hundreds_of_hosts_with_unescaped_dots_are_one_matcher()
    {
        var hosts = Enumerable.Range(0, 600).Select(i => $"web-{i:00000}.prod.example.net:9100").ToArray();

        var matcher = Assert.Single(MatcherParser.ParseAll($"instance=~\"{string.Join('|', hosts)}\""));

        Assert.True(matcher.Matches(hosts[^1]));
        Assert.False(matcher.Matches("web-00600.prod.example.net:9100"));
    }

    [Theory]
    [InlineData("foo=", "{foo=\"\"}")]
    [InlineData("foo=bar baz", "{foo=\"bar baz\"}")]
    [InlineData("{foo=~a{2}}", "{foo=~\"a{2}\"}")]
    [InlineData("foo=\"\\u00e9\"", "{foo=\"\\\\u00e9\"}")]
    [InlineData("foo=\"\\d+\"", "{foo=\"\\\\d+\"}")]
    [InlineData("foo='bar'", "{foo=\"'bar'\"}")]
    [InlineData("foo=a=b", "{foo=\"a=b\"}")]
    public void What_only_the_older_grammar_takes_means_what_it_meant(string text, string expected) => Assert.Equal(expected, MatcherParser.ParseAll(text).Text());

    [Theory]
    [InlineData("foo", "ends where one of =, !=, =~, !~ belongs")]
    [InlineData("{foo=bar", "ends where \",\" or \"}\" belongs")]
    [InlineData("foo=\"bar", "the quote of column 5 is never closed")]
    [InlineData("=bar", "\"=\" in column 1 stands where a label name belongs")]
    [InlineData("foo==bar,", "\"=\" in column 5 stands where a value")]
    public void What_neither_takes_is_told_with_its_place(string text, string message)
    {
        if (text == "{foo=bar" || text == "foo==bar,")
        {
            Assert.NotEmpty(MatcherParser.ParseAll(text)); // The older grammar forgives a missing brace, and takes any value.
            return;
        }
        Assert.Contains(message, Assert.Throws<MatcherSyntaxException>(() => MatcherParser.ParseAll(text)).Message, StringComparison.Ordinal);
    }

    /// <summary>As the filters of the API are: one matcher, and a comma may follow.</summary>
    [Theory]
    [InlineData("alertname=\"Src\",", "alertname=\"Src\"")]
    [InlineData("alertname=\"Src\" , ", "alertname=\"Src\"")]
    [InlineData("a=b,c=d", "a=\"b,c=d\"")]
    [InlineData("a=", "a=\"\"")]
    [InlineData("Σ=\"\\xc3\\xa9\\141\"", "Σ=\"éa\"")]
    [InlineData("{a=b}", null)]
    [InlineData("a=b}", null)]
    [InlineData("\"a\"=\"b\",\"c\"=\"d\"", null)]
    [InlineData("a=\"b\",,", null)]
    [InlineData(",", null)]
    [InlineData("", null)]
    [InlineData("Σ=\"\\xff\"", null)]
    public void One_matcher_is_read_as_the_API_reads_it(string text, string? expected)
    {
        if (expected is null) Assert.Throws<MatcherSyntaxException>(() => MatcherParser.ParseOne(text));
        else Assert.Equal(expected, MatcherParser.ParseOne(text).Text());
    }

    [Theory]
    [InlineData("a=b c, ", "{a=\"b c\"}")]
    [InlineData("{a=b c,d=\"x,y\",}", "{a=\"b c\",d=\"x,y\"}")]
    [InlineData("a=b c,,", null)]
    public void Lists_in_the_older_grammar_may_end_in_a_comma(string text, string? expected)
    {
        if (expected is null) Assert.Throws<MatcherSyntaxException>(() => MatcherParser.ParseAll(text));
        else Assert.Equal(expected, MatcherParser.ParseAll(text).Text());
    }

    [Fact]
    public void A_pattern_that_is_no_RE2_is_refused() =>
        Assert.Contains("is no regular expression", Assert.Throws<MatcherSyntaxException>(() => MatcherParser.ParseOne("foo=~\"(\"")).Message, StringComparison.Ordinal);

    [Fact]
    public void Random_text_is_read_or_refused_and_never_breaks()
    {
        var random = new Random(7);
        const string letters = "ab=!~{},\"\\'` \n1é";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => letters[random.Next(letters.Length)])]);
            try
            {
                var read = MatcherParser.ParseAll(text);
                Assert.Equal(read, MatcherParser.ParseAll(read.Text())); // What is printed reads back as the same.
            }
            catch (MatcherSyntaxException)
            {
                // Refused.
            }
        }
    }
}
