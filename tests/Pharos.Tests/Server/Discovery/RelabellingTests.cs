using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Config;
using Pharos.Server.Discovery;

namespace Pharos.Tests.Server.Discovery;

public sealed class RelabellingTests
{
    static readonly LabelSet Start = LabelSet.From(("a", "foo"), ("b", "bar"), ("c", "baz"));

    [Fact]
    public void Replace_writes_the_filled_replacement() =>
        Assert.Equal("{a=\"foo\", b=\"bar\", c=\"baz\", d=\"ch-oo-ar\"}", Apply(new() { SourceLabels = ["a", "b"], Regex = Pattern("f(.*);(?:b)(.*)"), TargetLabel = "d", Replacement = "ch-$1-$2" }));

    [Fact]
    public void Replace_leaves_the_labels_alone_without_a_match() =>
        Assert.Equal(Start.ToString(), Apply(new() { SourceLabels = ["a"], Regex = Pattern("x"), TargetLabel = "d", Replacement = "y" }));

    [Fact]
    public void Replace_with_nothing_removes_the_label() =>
        Assert.Equal("{a=\"foo\", c=\"baz\"}", Apply(new() { SourceLabels = ["a"], TargetLabel = "b", Replacement = "" }));

    [Fact]
    public void Replace_fills_the_name_of_the_target_label_too() =>
        Assert.Equal("{a=\"foo\", b=\"bar\", c=\"baz\", foo_x=\"foo\"}", Apply(new() { SourceLabels = ["a"], TargetLabel = "${1}_x" }));

    [Fact]
    public void Replace_ignores_a_target_label_that_becomes_empty() =>
        Assert.Equal(Start.ToString(), Apply(new() { SourceLabels = ["a"], TargetLabel = "${2}" }));

    [Theory]
    [InlineData(nameof(RelabelAction.Keep), "foo", true)]
    [InlineData(nameof(RelabelAction.Keep), "fo", false)]
    [InlineData(nameof(RelabelAction.Drop), "foo", false)]
    [InlineData(nameof(RelabelAction.Drop), "o", true)]
    public void Keep_and_drop_match_the_whole_value(string action, string pattern, bool isKept) =>
        Assert.Equal(isKept, Apply(new() { Action = Enum.Parse<RelabelAction>(action), SourceLabels = ["a"], Regex = Pattern(pattern) }) is not null);

    [Theory]
    [InlineData(nameof(RelabelAction.KeepEqual), "a", true)]
    [InlineData(nameof(RelabelAction.KeepEqual), "b", false)]
    [InlineData(nameof(RelabelAction.DropEqual), "a", false)]
    [InlineData(nameof(RelabelAction.DropEqual), "b", true)]
    public void Labels_are_compared_with_each_other(string action, string target, bool isKept) =>
        Assert.Equal(isKept, Apply(new() { Action = Enum.Parse<RelabelAction>(action), SourceLabels = ["a"], TargetLabel = target }) is not null);

    [Fact]
    public void A_hash_falls_into_the_same_shard_as_with_Prometheus()
    {
        // Prometheus documents hashmod over MD5; these are the figures of its last 8 bytes, taken with md5sum.
        Assert.Equal("696", Hash("foo", 1000));
        Assert.Equal("734", Hash("foo\nbar", 1000));

        static string Hash(string value, ulong modulus) =>
            Relabelling.Apply(LabelSet.From(("x", value)), [new() { Action = RelabelAction.HashMod, SourceLabels = ["x"], TargetLabel = "d", Modulus = modulus }])!["d"];
    }

    [Fact]
    public void Labels_are_mapped_dropped_and_kept_by_name()
    {
        Assert.Equal("{a=\"foo\", b=\"bar\", bar_a=\"foo\", bar_b=\"bar\", c=\"baz\"}", Apply(new() { Action = RelabelAction.LabelMap, Regex = Pattern("([ab])"), Replacement = "bar_$1" }));
        Assert.Equal("{c=\"baz\"}", Apply(new() { Action = RelabelAction.LabelDrop, Regex = Pattern("a|b") }));
        Assert.Equal("{a=\"foo\"}", Apply(new() { Action = RelabelAction.LabelKeep, Regex = Pattern("a") }));
    }

    [Fact]
    public void Case_is_changed_into_another_label()
    {
        Assert.Equal("FOO;BAR", Relabelling.Apply(Start, [new() { Action = RelabelAction.Uppercase, SourceLabels = ["a", "b"], TargetLabel = "d" }])!["d"]);
        Assert.Equal("foo", Relabelling.Apply(LabelSet.From(("a", "Foo")), [new() { Action = RelabelAction.Lowercase, SourceLabels = ["a"], TargetLabel = "d" }])!["d"]);
    }

    [Theory]
    [InlineData(nameof(RelabelAction.Uppercase), "ıſß straße", "ISß STRAßE")] // Letter by letter: none becomes two.
    [InlineData(nameof(RelabelAction.Lowercase), "İ\u212AẞΣ", "ikßσ")]
    public void Case_is_changed_as_in_Go(string action, string value, string expected) => Assert.Equal(
        expected, Relabelling.Apply(LabelSet.From(("a", value)), [new() { Action = Enum.Parse<RelabelAction>(action), SourceLabels = ["a"], TargetLabel = "d" }])!["d"]);

    [Fact]
    public void A_list_of_thousands_of_hosts_with_unescaped_dots_is_one_rule()
    {
        var hosts = Enumerable.Range(0, 16_000).Select(i => $"web-{i:00000}.prod.example.net:9100");
        RelabelConfig keep = new() { Action = RelabelAction.Keep, SourceLabels = ["a"], Regex = Pattern(string.Join('|', hosts)) };

        Assert.NotNull(Relabelling.Apply(LabelSet.From(("a", "web-15999.prod.example.net:9100")), [keep]));
        Assert.Null(Relabelling.Apply(LabelSet.From(("a", "web-16000.prod.example.net:9100")), [keep]));
    }

    [Fact]
    public void Of_two_groups_with_one_name_the_one_that_took_part_counts() => Assert.Equal(
        "right",
        Relabelling.Apply(LabelSet.From(("a", "right-9")), [new() { SourceLabels = ["a"], Regex = Pattern("(?P<s>left)-.*|(?P<s>right)-.*"), TargetLabel = "side", Replacement = "$s" }])!["side"]);

    [Fact]
    public void Steps_are_told_one_by_one_and_end_where_the_target_is_dropped()
    {
        var steps = Relabelling.Explain(Start, [
            new() { SourceLabels = ["a"], TargetLabel = "d" },
            new() { Action = RelabelAction.Drop, SourceLabels = ["d"], Regex = Pattern("foo") },
            new() { SourceLabels = ["b"], TargetLabel = "e" },
        ]);

        Assert.Equal([true, false], steps.Select(step => step.IsKept));
        Assert.Equal("foo", steps[0].Labels["d"]);
    }

    static Re2 Pattern(string pattern) => Re2.CompileAnchored(pattern);

    static string? Apply(RelabelConfig rule) => Relabelling.Apply(Start, [rule], NameValidation.Utf8)?.ToString();
}
