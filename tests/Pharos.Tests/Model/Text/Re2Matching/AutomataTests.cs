using System.Text;
using System.Text.RegularExpressions;
using Pharos.Model.Text.Re2Matching;
using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Tests.Model.Text.Re2Matching;

/// <summary>Our automata against the framework's engine, which prefers matches in the same order.</summary>
public sealed class AutomataTests
{
    static readonly string[] Atoms = ["a", "b", "ж", ".", "[ab]", "[^a]", "^", "$", "(?:a|b)", "(a|)", "(?:aж|b.)", "(b)", "(?:ab|ac|b)", "(?:a.|ab|a)"];

    static readonly string[] Repeats = ["", "", "", "*", "+", "?", "{2}", "{1,3}", "*?", "+?", "??"];

    [Fact]
    public void Seeded_random_patterns_match_the_same_texts()
    {
        var random = new Random(71);
        for (var i = 0; i < 400; i++)
        {
            var pattern = RandomPattern(random, depth: 2);
            var root = Re2Parser.Parse(pattern, dotAll: true).Root;
            var whole = new LazyAutomaton(StepsBuilder.ForMatch(root, pattern, isAnchored: true));
            var part = new LazyAutomaton(StepsBuilder.ForMatch(root, pattern, isAnchored: false));
            var reference = Reference($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking); // The other engine ends some loops too early.
            var search = Reference(pattern, RegexOptions.NonBacktracking);
            for (var text = 0; text < 12; text++)
            {
                var candidate = RandomText(random);
                Assert.True(reference.IsMatch(candidate) == whole.IsMatch(candidate), $"pattern {pattern}, whole text {candidate}");
                Assert.True(search.IsMatch(candidate) == part.IsMatch(candidate), $"pattern {pattern}, part of text {candidate}");
            }
        }
    }

    [Fact]
    public void Seeded_random_patterns_find_the_same_groups()
    {
        var random = new Random(72);
        var compared = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var pattern = RandomPattern(random, depth: 2);
            var (root, names) = Re2Parser.Parse(pattern, dotAll: true);
            if (RepeatsEmpty(root)) continue; // The framework and Go differ in how often what is empty counts.
            var whole = new GroupMachine(StepsBuilder.ForGroups(root, pattern, isAnchored: true), names.Count, isAnchored: true);
            var part = new GroupMachine(StepsBuilder.ForGroups(root, pattern, isAnchored: false), names.Count, isAnchored: false);
            var reference = Reference($@"\A(?:{pattern})\z");
            var search = Reference(pattern);
            for (var text = 0; text < 12; text++)
            {
                var candidate = RandomText(random);
                Assert.True(Places(reference.Match(candidate)) == Places(whole.Match(candidate, 0)), $"pattern {pattern}, whole text {candidate}: {Places(reference.Match(candidate))} and {Places(whole.Match(candidate, 0))}");
                Assert.True(Places(search.Match(candidate)) == Places(part.Match(candidate, 0)), $"pattern {pattern}, part of text {candidate}: {Places(search.Match(candidate))} and {Places(part.Match(candidate, 0))}");
                compared++;
            }
        }
        Assert.True(compared > 8_000, $"only {compared} comparisons");
    }

    [Fact]
    public void States_are_forgotten_when_they_take_too_much_and_the_answers_stay_right()
    {
        const string Pattern = ".*a.{400}";
        var automaton = new LazyAutomaton(StepsBuilder.ForMatch(Re2Parser.Parse(Pattern, dotAll: true).Root, Pattern, isAnchored: true));
        var random = new Random(73);
        var (most, fell) = (0L, false);
        for (var i = 0; i < 60; i++)
        {
            var text = string.Create(1_000, random, static (chars, random) =>
            {
                for (var at = 0; at < chars.Length; at++) chars[at] = "ab"[random.Next(2)];
            });

            Assert.Equal(text[^401] == 'a', automaton.IsMatch(text));
            fell |= automaton.StateBytes < most;
            most = Math.Max(most, automaton.StateBytes);
        }

        Assert.InRange(most, Re2Limits.StateBytes / 2, Re2Limits.StateBytes);
        Assert.True(fell, "nothing was forgotten");
    }

    [Fact]
    public void Many_threads_get_the_right_answers_from_one_automaton()
    {
        const string Pattern = "(?:x[0-9]+y|ab*c.*|.*zz.*)";
        var automaton = new LazyAutomaton(StepsBuilder.ForMatch(Re2Parser.Parse(Pattern, dotAll: true).Root, Pattern, isAnchored: true));
        var reference = Reference($@"\A(?:{Pattern})\z");

        Parallel.For(0, 4_000, i =>
        {
            var text = (i % 4) switch { 0 => $"x{i}y", 1 => $"abbbc{i}", 2 => $"{i}zz{i}", _ => $"x{i}" };
            Assert.Equal(reference.IsMatch(text), automaton.IsMatch(text));
        });
    }

    static Regex Reference(string pattern, RegexOptions engine = RegexOptions.None) => new(pattern, engine | RegexOptions.Singleline | RegexOptions.CultureInvariant);

    static string Places(Match match) => !match.Success ? "none" : string.Join(' ', match.Groups.Values.Select(group => group.Success ? $"{group.Index}-{group.Index + group.Length}" : "-"));

    static string Places(int[]? places) => places is null ? "none" : string.Join(' ', places.Chunk(2).Select(pair => pair[0] < 0 ? "-" : $"{pair[0]}-{pair[1]}"));

    static bool RepeatsEmpty(Re2Node node) => node switch
    {
        RepeatNode repeat => repeat.Max is < 0 or > 1 && IsNullable(repeat.Inner) || RepeatsEmpty(repeat.Inner),
        GroupNode group => RepeatsEmpty(group.Inner),
        SequenceNode sequence => sequence.Items.Any(RepeatsEmpty),
        AlternationNode alternation => alternation.Options.Any(RepeatsEmpty),
        _ => false,
    };

    static bool IsNullable(Re2Node node) => node switch
    {
        SetNode => false,
        RepeatNode repeat => repeat.Min == 0 || IsNullable(repeat.Inner),
        GroupNode group => IsNullable(group.Inner),
        SequenceNode sequence => sequence.Items.All(IsNullable),
        AlternationNode alternation => alternation.Options.Any(IsNullable),
        _ => true,
    };

    static string RandomPattern(Random random, int depth)
    {
        var pattern = new StringBuilder();
        for (var items = random.Next(1, 5); items > 0; items--)
        {
            var atom = Atoms[random.Next(Atoms.Length)];
            if (depth > 0 && random.Next(3) == 0) atom = $"({RandomPattern(random, depth - 1)}|{RandomPattern(random, depth - 1)})";
            pattern.Append(atom);
            if (atom is not ("^" or "$")) pattern.Append(Repeats[random.Next(Repeats.Length)]);
        }
        return pattern.ToString().Replace("$", @"\z", StringComparison.Ordinal); // The framework's dollar also stands before a last newline.
    }

    static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(0, 7); length > 0; length--) text.Append(random.Next(9) switch { 0 or 1 or 2 => "a", 3 or 4 => "b", 5 or 6 => "ж", 7 => "c", _ => "\n" });
        return text.ToString();
    }
}
