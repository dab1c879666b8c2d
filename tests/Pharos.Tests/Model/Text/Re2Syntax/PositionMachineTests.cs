using System.Text;
using System.Text.RegularExpressions;
using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Tests.Model.Text.Re2Syntax;

public sealed class PositionMachineTests
{
    static readonly string[] Atoms = ["a", "b", "ж", ".", "[ab]", "[^a]", "[^ж]", "(a|b)", "(ab|)", "(?:aж|b.)"];

    static readonly string[] Repeats = ["", "", "", "*", "+", "?", "{2}", "{0}", "{1,3}", "{2,}", "*?"];

    [Fact]
    public void Seeded_random_patterns_match_the_same_texts_as_with_the_engine_of_the_framework()
    {
        var random = new Random(20261);
        var compared = 0;
        for (var i = 0; i < 3_000; i++)
        {
            var pattern = RandomPattern(random, depth: 2);
            var (root, _) = Re2Parser.Parse(pattern, dotAll: true);
            if (PositionMachine.TryMake(root) is not { } machine) continue;
            var reference = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);
            for (var text = 0; text < 20; text++)
            {
                var candidate = RandomText(random);
                Assert.True(reference.IsMatch(candidate) == machine.IsMatch(candidate), $"pattern {pattern}, text {candidate}");
                compared++;
            }
        }
        Assert.True(compared > 40_000, $"only {compared} comparisons: most patterns should fit");
    }

    [Theory]
    [InlineData("^abc$", "abc", true)]
    [InlineData("^abc$", "abcd", false)]
    [InlineData("a{64}", "a", false)]
    [InlineData("(a{8}){8}", "aa", false)]
    [InlineData("(((){30}){30})a", "a", true)]
    [InlineData(".+[^ж]+", "😀", false)] // One character, though two UTF-16 units.
    [InlineData(".[^ж]", "a😀", true)]
    [InlineData("a{0}b", "b", true)]
    [InlineData("[^\\x00-\\x{10FFFF}]", "a", false)]
    public void Patterns_up_to_64_places_fit(string pattern, string text, bool matches) => Assert.Equal(matches, Make(pattern)!.IsMatch(text));

    [Theory]
    [InlineData("a{65}")]
    [InlineData("(a{8}){9}")]
    [InlineData("(((a{100}){5}))")]
    [InlineData("a\\b")]
    [InlineData("a(?m:^)b")]
    [InlineData("a$b")]
    [InlineData("[😀-😂]x")]
    public void Others_are_left_to_the_framework(string pattern) => Assert.Null(Make(pattern));

    static PositionMachine? Make(string pattern) => PositionMachine.TryMake(Re2Parser.Parse(pattern, dotAll: true).Root);

    static string RandomPattern(Random random, int depth)
    {
        var pattern = new StringBuilder();
        for (var items = random.Next(1, 5); items > 0; items--)
        {
            if (depth > 0 && random.Next(4) == 0) pattern.Append('(').Append(RandomPattern(random, depth - 1)).Append('|').Append(RandomPattern(random, depth - 1)).Append(')');
            else pattern.Append(Atoms[random.Next(Atoms.Length)]);
            pattern.Append(Repeats[random.Next(Repeats.Length)]);
        }
        return pattern.ToString();
    }

    static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(0, 7); length > 0; length--) text.Append(random.Next(8) switch { 0 or 1 or 2 => "a", 3 or 4 => "b", 5 or 6 => "ж", _ => "\n" });
        return text.ToString();
    }
}
