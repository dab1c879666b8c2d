using Pharos.Server.Config.Yaml;


namespace Pharos.Tests.Server.Config.Yaml;

public sealed class NearestKeyTests
{
    static readonly string[] Known = ["scrape_interval", "scrape_timeout", "job_name", "params", "static_configs"];

    [Theory]
    [InlineData("scrape_intervall", "scrape_interval")]
    [InlineData("jobname", "job_name")]
    [InlineData("Params", "params")]
    [InlineData("sttaic_configs", "static_configs")]
    [InlineData("timeout", null)]
    [InlineData("", null)]
    [InlineData("x", null)]
    public void The_nearest_word_is_suggested_or_none(string written, string? expected)
    {
        Assert.Equal(expected, NearestKey.Find(written, Known));
    }

    [Fact]
    public void A_very_long_word_is_not_compared() => Assert.Null(NearestKey.Find(new string('a', 1_000_000), Known));
}
