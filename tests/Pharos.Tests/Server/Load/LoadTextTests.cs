using Pharos.Server.Load;


namespace Pharos.Tests.Server.Load;

public sealed class LoadTextTests
{
    static readonly Dictionary<string, string> NothingSaved = [];

    [Fact]
    public void Placeholders_are_put_in_and_escaped_where_they_stand()
    {
        var text = LoadText.Parse("/a/${order}/${env WHO}?x={y}", ["order"], name => name == "WHO" ? "a b" : null);

        Assert.Equal("/a/7%2F8/a%20b?x={y}", text.Render(new Dictionary<string, string> { ["order"] = "7/8" }, Uri.EscapeDataString));
        Assert.Equal("/a//a b?x={y}", text.Render(NothingSaved));
    }

    [Fact]
    public void Chance_stays_within_what_is_written()
    {
        var text = LoadText.Parse("${pick a b} ${between -1 1}", [], _ => null);
        var seen = Enumerable.Range(0, 500).Select(_ => text.Render(NothingSaved)).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(["a -1", "a 0", "a 1", "b -1", "b 0", "b 1"], seen.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("${")]
    [InlineData("${}")]
    [InlineData("${pick}")]
    [InlineData("${between 2 1}")]
    [InlineData("${between 1}")]
    [InlineData("${between 0 9223372036854775807}")]
    [InlineData("${env PATH_THAT_IS_NOT_SET}")]
    [InlineData("${order}")]
    public void What_is_not_understood_is_told(string text)
    {
        var fault = Assert.Throws<FormatException>(() => LoadText.Parse(text, [], _ => null));

        Assert.Contains("; ", fault.Message, StringComparison.Ordinal); // Each says what to write instead.
    }

    [Theory]
    [InlineData("")]
    [InlineData("a $ b } {")]
    public void A_text_without_placeholders_stays_as_it_is(string text) => Assert.Equal(text, LoadText.Parse(text, [], _ => null).Render(NothingSaved));
}
