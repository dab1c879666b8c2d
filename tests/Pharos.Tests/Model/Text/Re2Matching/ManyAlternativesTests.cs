using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Tests.Model.Text.Re2Matching;

/// <summary>Alternations as people write them: thousands of hosts, dots not escaped, prefixes.</summary>
public sealed class ManyAlternativesTests
{
    const int Count = 16_000;

    static readonly string[] Hosts = [.. Enumerable.Range(0, Count).Select(i => $"web-{i:00000}.prod.example.net:9100")];

    [Fact]
    public void Names_with_unescaped_dots_match_themselves_and_what_the_dots_allow()
    {
        var pattern = new LabelMatcher(MatchKind.Regex, "instance", string.Join('|', Hosts)).Pattern!;

        foreach (var host in Hosts) Assert.True(pattern.IsMatch(host), host);
        Assert.True(pattern.IsMatch("web-00007-prod.exampleXnet:9100"));
        Assert.True(pattern.IsMatch("web-00007😀prod.example.net:9100"));
        Assert.False(pattern.IsMatch("web-16000.prod.example.net:9100"));
        Assert.False(pattern.IsMatch("web-00007.prod.example.net:9100 "));
        Assert.False(pattern.IsMatch("web-00007prod.example.net:9100"));
        Assert.False(pattern.IsMatch(""));
    }

    [Fact]
    public void Escaped_names_are_spelt_out_for_the_index()
    {
        var pattern = Re2.CompileAnchored(string.Join('|', Hosts.Select(host => host.Replace(".", @"\.", StringComparison.Ordinal))));

        Assert.Equal(Hosts, pattern.Alternatives);
        Assert.True(pattern.IsMatch(Hosts[^1]));
        Assert.False(pattern.IsMatch("web-00007-prod.example.net:9100"));
    }

    [Theory]
    [InlineData("(?i:{0})", "WEB-00007.PROD.example.NET:9100", true)]
    [InlineData("(?i:{0})", "web-00007.prod.example.net:9101", false)]
    [InlineData("(?i)({0})|K.*", "\u212A1", true)]
    [InlineData("({0})(:.*)?", "web-00007.prod.example.net:9100:x", true)]
    [InlineData("({0})(:.*)?", "web-00007.prod.example.net:9100x", false)]
    [InlineData("{0}|db-.*", "db-7", true)]
    [InlineData("{0}|db-.*", "d-7", false)]
    [InlineData(".*({0})", "https://web-00007.prod.example.net:9100", true)]
    [InlineData(".*({0})", "https://web-00007.prod.example.net:910", false)]
    public void Other_forms_of_long_lists_work(string form, string text, bool matches) => Assert.Equal(matches, Re2.CompileAnchored(form.Replace("{0}", string.Join('|', Hosts[..3_000]), StringComparison.Ordinal)).IsMatch(text));

    [Theory]
    [InlineData("srv{0}.*", "srv7x", true)]
    [InlineData("srv{0}.*", "srv", false)]
    [InlineData(".*srv{0}x", "a srv7x", true)]
    [InlineData(".*srv{0}x", "a srv7", false)]
    [InlineData(".*srv{0}x.*", "a srv77x b", true)]
    [InlineData(".+\\.srv{0}\\..+", "a.srv15999.b", true)]
    [InlineData(".+\\.srv{0}\\..+", "a.srv16000.b", false)]
    [InlineData("[a-z]+{0}\\d", "abc71", true)]
    public void Sixteen_thousand_prefixes_suffixes_and_parts_work(string alternative, string text, bool matches)
    {
        var pattern = Re2.CompileAnchored(string.Join('|', Enumerable.Range(0, Count).Select(i => alternative.Replace("{0}", $"{i}", StringComparison.Ordinal))));

        Assert.Equal(matches, pattern.IsMatch(text));
    }

    [Fact]
    public void Groups_among_many_alternatives_are_found()
    {
        var pattern = Re2.CompileAnchored($"({string.Join('|', Hosts)})(-canary)?");

        Assert.Equal("web-15999.prod.example.net:9100/-canary", pattern.Expand("web-15999.prod.example.net:9100-canary", "$1/$2"));
        Assert.Null(pattern.Expand("web-16000.prod.example.net:9100", "$1"));
    }

    [Fact]
    public void Names_are_found_inside_of_texts_and_replaced()
    {
        var pattern = Re2.Compile($"(?:{string.Join('|', Hosts)})");

        Assert.True(pattern.IsMatch("on web-15999.prod.example.net:9100 since noon"));
        Assert.False(pattern.IsMatch("on web-16000.prod.example.net:9100 since noon"));
        Assert.Equal("on [web-00003-prod.example.net:9100], too", pattern.ReplaceAll("on web-00003-prod.example.net:9100, too", "[$0]"));
    }

    [Fact]
    public void Names_of_many_lengths_in_any_order_match_as_one_by_one()
    {
        var random = new Random(5);
        var names = Enumerable.Range(0, 2_000).Select(i => $"{new string('h', random.Next(1, 20))}.{i}.{new string('d', random.Next(1, 9))}.net").ToArray();
        random.Shuffle(names);
        var pattern = Re2.CompileAnchored(string.Join('|', names));

        foreach (var name in names)
        {
            Assert.True(pattern.IsMatch(name));
            Assert.True(pattern.IsMatch(name.Replace('.', '-')));
            Assert.False(pattern.IsMatch(name + "x"));
        }
    }

    [Fact]
    public void A_long_list_takes_no_more_memory_than_is_allowed()
    {
        var text = string.Join('|', Hosts.Select((host, i) => $"{host}[a-c]+{i}"));

        Assert.Contains(Enumerable.Range(0, 5), _ => BytesOf(text) <= Re2Limits.MaxBytes); // Once of five: other tests allocate meanwhile.
    }

    static long BytesOf(string text)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var pattern = Re2.CompileAnchored(text);
        foreach (var host in Hosts) pattern.IsMatch(host + "abc7");
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(pattern);
        return Math.Max(0, after - before);
    }
}
