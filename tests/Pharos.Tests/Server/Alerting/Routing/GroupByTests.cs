using Pharos.Model.Labels;
using Pharos.Server.Alerting.Routing;

namespace Pharos.Tests.Server.Alerting.Routing;

/// <summary>An empty list, nothing and no key are three things.</summary>
public sealed class GroupByTests
{
    static readonly LabelSet Some = LabelSet.From(("a", "1"), ("b", "2"));

    [Theory]
    [InlineData("group_by: []", "")]
    [InlineData("group_by: ", "a")]
    [InlineData("group_by: ~", "a")]
    [InlineData("continue: true", "a")]
    [InlineData("group_by: [b]", "b")]
    [InlineData("group_by: ['...']", "a b")]
    public void A_route_groups_as_it_says_or_as_the_one_above_and_hands_it_down(string own, string grouped)
    {
        var root = Root($"group_by: [a], routes: [{{{own}, routes: [{{matchers: [a=1]}}]}}]");

        Assert.Equal(grouped, Grouped(root.Routes[0]));
        Assert.Equal(grouped, Grouped(root.Routes[0].Routes[0]));
    }

    [Fact]
    public void An_empty_list_ends_the_grouping_by_everything() => Assert.Equal("", Grouped(Root("group_by: ['...'], routes: [{group_by: []}]").Routes[0]));

    [Fact]
    public void What_is_shown_of_the_file_keeps_the_empty_list() => Assert.Contains(
        "- group_by: []",
        AlertmanagerFiles.Good("route: {receiver: x, group_by: [a], routes: [{group_by: []}]}\nreceivers: [{name: x}]").Yaml,
        StringComparison.Ordinal);

    [Fact]
    public void Ten_thousand_labels_are_read()
    {
        var root = Root($"group_by: [{string.Join(", ", Enumerable.Range(0, 10_000).Select(i => $"label_{i}"))}]");

        Assert.Equal(LabelSet.From(("label_7", "1")), root.GroupLabelsOf(LabelSet.From(("label_7", "1"), ("z", "2"))));
    }

    [Fact]
    public void Nothing_in_the_list_is_the_empty_name() => Assert.EndsWith(
        "group_by: \"\" is no label name",
        Assert.Single(AlertmanagerFiles.Read("route: {receiver: x, group_by: [~]}\nreceivers: [{name: x}]").Told),
        StringComparison.Ordinal);

    static AlertRoute Root(string keys) => AlertRoute.Build(AlertmanagerFiles.Good($"route: {{receiver: x, {keys}}}\nreceivers: [{{name: x}}]").Route);

    static string Grouped(AlertRoute route) => string.Join(' ', route.GroupLabelsOf(Some).Select(label => label.Name));
}
