using Pharos.Server.Config;
using Pharos.Server.Text;


namespace Pharos.Tests.Server.Config;

public sealed class ConfigTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("10B", 10)]
    [InlineData("1KB", 1024)]
    [InlineData("1KiB", 1024)]
    [InlineData("1.5MB", 1_572_864)]
    [InlineData("1GB512MB", 1_610_612_736)]
    public void A_size_is_read(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("100")]
    [InlineData("-1GB")]
    [InlineData("1gb")]
    [InlineData("1XB")]
    [InlineData("MB")]
    [InlineData("1.2.3MB")]
    [InlineData("99999999999EB")]
    [InlineData("1 GB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1023, "1023B")]
    [InlineData(1_572_864, "1536KiB")]
    [InlineData(1L << 60, "1EiB")]
    public void A_size_is_written_so_that_it_reads_back(long bytes, string text)
    {
        Assert.Equal(text, ByteSize.Format(bytes));
        Assert.True(ByteSize.TryParse(text, out var again));
        Assert.Equal(bytes, again);
    }

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("*.yml", "x.yml", true)]
    [InlineData("*.yml", ".yml", true)]
    [InlineData("*.yml", "x.yaml", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[a", "[a", false)]
    [InlineData(@"\*", "*", true)]
    [InlineData(@"\*", "x", false)]
    public void A_pattern_matches_names(string pattern, string name, bool expected) => Assert.Equal(expected, GlobPattern.Matches(pattern, name));

    [Fact]
    public void A_pattern_of_many_stars_is_matched_at_once()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 50)) + "b";

        Assert.False(GlobPattern.Matches(pattern, new string('a', 5_000)));
    }

    /// <summary>Go's os.Expand on the left, what Prometheus makes of it on the right.</summary>
    [Theory]
    [InlineData("${A}", "1")]
    [InlineData("$A-$A", "1-1")]
    [InlineData("$$A", "$A")]
    [InlineData("$NOPE", "")]
    [InlineData("a$", "a$")]
    [InlineData("$-x", "x")]
    [InlineData("${A", "A")]
    [InlineData("${}x", "x")]
    [InlineData("$.x", "$.x")]
    public void External_labels_expand_as_in_Go(string text, string expected) =>
        Assert.Equal(expected, EnvironmentText.ExpandAsPrometheus(text, name => name == "A" ? "1" : null, []));

    [Theory]
    [InlineData("${A}x", "1x")]
    [InlineData("$A.x", "1.x")]
    [InlineData("$$A", "$1")]
    [InlineData("a$", "a$")]
    [InlineData("$1 ${1} ${A ${} $-", "$1 ${1} ${A ${} $-")]
    public void In_secrets_a_dollar_that_names_nothing_stays(string text, string expected) =>
        Assert.Equal(expected, EnvironmentText.Expand(text, name => name == "A" ? "1" : null, []));
}
