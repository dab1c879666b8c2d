namespace Pharos.Tests.House;

/// <summary>Plants each fault that the rules of the house are there for, in a small house.</summary>
public sealed class HouseRulesFaultTests
{
    const string Page = """
        | ground | holds | may use |
        |---|---|---|
        | Text | words | – |

        | room | holds | may use |
        |---|---|---|
        | Rules | rules | Alerting, Text |
        | Alerting | alerts | Text |

        | composition | holds | may use |
        |---|---|---|
        | Hosting | all of it | all |
        """;

    static readonly (string Path, string Text)[] House =
    [
        ("Text/Word.cs", "namespace Pharos.House.Text; public sealed class Word { public int Length => 1; }"),
        ("Alerting/Alert.cs", "using Pharos.House.Text; namespace Pharos.House.Alerting; public sealed class Alert { public Word Name = new(); public static Alert Make() => new(); }"),
        ("Rules/Rule.cs", "using Pharos.House.Alerting; using Pharos.House.Text; namespace Pharos.House.Rules; public sealed class Rule { public int Size() => Alert.Make().Name.Length; }"),
        ("Hosting/Server.cs", "using Pharos.House.Rules; namespace Pharos.House.Hosting; public sealed class Server { public Rule Rule = new(); }"),
    ];

    [Fact]
    public void A_sound_house_has_no_fault() => Assert.Empty(Faults(House, Page));

    [Fact]
    public void A_circle_is_told_with_its_places()
    {
        var circle = Assert.Single(Faults(With("Alerting/Back.cs", "using Pharos.House.Rules; namespace Pharos.House.Alerting; class Back { Rule rule; }"), Page.Replace("alerts | Text", "alerts | Rules, Text", StringComparison.Ordinal)));

        Assert.Equal("circle Alerting -> Rules -> Alerting: Alerting/Back.cs:1 uses Rule of Rules; Rules/Rule.cs:1 uses Alert of Alerting", circle);
    }

    [Fact]
    public void A_using_alone_is_no_use() => Assert.Empty(Faults(With("Alerting/Back.cs", "using Pharos.House.Rules; namespace Pharos.House.Alerting; /// <see cref=\"Rule\"/>\nclass Back;"), Page));

    [Fact]
    public void A_type_that_is_used_without_its_name_is_a_use() =>
        Assert.Contains("docs/ARCHITECTURE.md does not allow Rules to use Text: Rules/Rule.cs:1 uses Word of Text", Faults(House, Page.Replace("rules | Alerting, Text", "rules | Alerting", StringComparison.Ordinal)));

    [Fact]
    public void An_edge_that_is_not_allowed_is_a_fault() =>
        Assert.Equal(["docs/ARCHITECTURE.md does not allow Rules to use Alerting: Rules/Rule.cs:1 uses Alert of Alerting"], Faults(House, Page.Replace("rules | Alerting, Text", "rules | Text", StringComparison.Ordinal)));

    [Fact]
    public void An_edge_that_is_allowed_and_unused_is_a_fault() =>
        Assert.Equal(["docs/ARCHITECTURE.md allows Alerting to use Rules, and nothing there does"], Faults(House, Page.Replace("alerts | Text", "alerts | Rules, Text", StringComparison.Ordinal)));

    [Fact]
    public void A_row_without_a_folder_is_a_fault() =>
        Assert.Equal(["docs/ARCHITECTURE.md has a row for Attic, and there is no such folder"], Faults(House, Page.Replace("| Alerting | alerts", "| Attic | nothing | – |\n| Alerting | alerts", StringComparison.Ordinal)));

    [Fact]
    public void A_folder_without_a_row_is_a_fault() =>
        Assert.Equal(["the folder Attic is missing in docs/ARCHITECTURE.md"], Faults(With("Attic/Box.cs", "namespace Pharos.House.Attic; class Box;"), Page));

    [Fact]
    public void Ground_may_not_use_a_room_whatever_its_row_says() =>
        Assert.Contains(
            "Text is ground and may not use Alerting, which is room: Text/Up.cs:1 uses Alert of Alerting",
            Faults(With("Text/Up.cs", "using Pharos.House.Alerting; namespace Pharos.House.Text; class Up { Alert alert; }"), Page.Replace("words | –", "words | Alerting", StringComparison.Ordinal)));

    [Fact]
    public void A_room_may_not_use_the_composition() =>
        Assert.Contains(
            "Rules is room and may not use Hosting, which is composition: Rules/Up.cs:1 uses Server of Hosting",
            Faults(With("Rules/Up.cs", "using Pharos.House.Hosting; namespace Pharos.House.Rules; class Up { Server server; }"), Page.Replace("rules | Alerting", "rules | Hosting, Alerting", StringComparison.Ordinal)));

    [Theory]
    [InlineData("Alerting.Alert")]
    [InlineData("House.Alerting.Alert")]
    [InlineData("Pharos.House.Alerting.Alert")]
    [InlineData("global::Pharos.House.Alerting.Alert")]
    public void A_name_of_another_room_stands_behind_a_using(string name)
    {
        Assert.Equal([$"Rules/Far.cs:1 writes {name}; name Alert behind a using"], Faults(With("Rules/Far.cs", $"namespace Pharos.House.Rules; class Far {{ {name} alert; }}"), Page));
        Assert.Equal([$"Rules/Far.cs:1 writes {name}; name Alert behind a using"], Faults(With("Rules/Far.cs", $"namespace Pharos.House.Rules; class Far {{ object alert = {name}.Make(); }}"), Page));
        Assert.Empty(Faults(With("Rules/Far.cs", $"namespace Pharos.House.Rules; /// <see cref=\"{name}\"/>\nclass Far;"), Page));
    }

    static (string Path, string Text)[] With(string path, string text) => [.. House, (path, text)];

    static List<string> Faults(IEnumerable<(string Path, string Text)> files, string page)
    {
        var read = SourceProject.Read("House", files);
        var graph = new FolderGraph(read.Folders, read.Uses, FolderUse.Top);
        return [.. new ArchitecturePage(page).Faults(graph), .. graph.Circles(), .. read.Qualified];
    }
}
