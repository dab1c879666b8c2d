using Pharos.Model.Diagnostics;
using Pharos.Server.Findings;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Findings;

public sealed class FindingBookTests
{
    readonly ManualTime time = new(startMs: 1_000_000);
    readonly FindingBook book;

    public FindingBookTests() => book = new(time);

    [Fact]
    public void A_finding_parts_what_is_wrong_from_what_to_do()
    {
        Assert.Equal(new("config", "a.yml:3:1", Severity.Error, "a.yml:3:1", "no key", "write one", "/status/config"), Finding.From(Diagnostic.Error("a.yml", 3, 0, "no key; write one")));
        Assert.Equal(new("config", "a.yml", Severity.Warning, "a.yml", "odd", "", "/status/config"), Finding.From(Diagnostic.Warning("a.yml", 0, 0, "odd")));
    }

    [Fact]
    public void An_id_is_made_of_check_and_thing_and_holds_since_it_was_first_told()
    {
        book.Replace("rules", [Some("rule-fails", "a"), Some("rule-fails", "b")]);
        time.Advance(TimeSpan.FromMinutes(1));
        book.Replace("rules", [Some("rule-fails", "c"), Some("rule-fails", "b") with { Message = "now for another reason" }]);

        Assert.Equal([("rule-fails:c", 1_060_000L), ("rule-fails:b", 1_000_000L)], book.All().Select(Dated));

        book.Replace("rules", []);
        book.Replace("rules", [Some("rule-fails", "b")]);
        Assert.Equal([("rule-fails:b", 1_060_000L)], book.All().Select(Dated)); // It was away, and is told anew.
    }

    [Fact]
    public void A_list_that_is_looked_up_keeps_its_times_too()
    {
        book.Watch("storage", () => [Some("damage", "a")]);
        book.All();
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([("damage:a", 1_000_000L)], book.All().Select(Dated));
    }

    [Fact]
    public void Findings_on_one_thing_have_ids_of_their_own()
    {
        book.Replace("config", [Some("config", "a.yml:1:1"), Some("config", "a.yml:1:1")]);

        Assert.Equal(["config:a.yml:1:1", "config:a.yml:1:1#2"], book.All().Select(finding => finding.Id));
    }

    [Fact]
    public void A_room_keeps_its_worst_thousand_and_counts_the_rest()
    {
        book.Replace("rules", [.. Enumerable.Range(0, 1_200).Select(i => Some("rule-fails", $"{i}") with { Severity = i < 300 ? Severity.Info : Severity.Error })]);
        book.Replace("disk", [Some("disk-refuses", "series")]);

        var all = book.All();
        Assert.Equal(1_002, all.Count);
        Assert.Equal(("more-findings:rules", Severity.Info, "… and 200 more"), Assert.Single(all, finding => finding.Check == "more-findings") is var more ? (more.Id, more.Severity, more.Message) : default);
        Assert.Equal(900, all.Count(finding => finding is { Check: "rule-fails", Severity: Severity.Error }));
    }

    static (string Id, long SinceMs) Dated(Finding finding) => (finding.Id, finding.Since.ToUnixTimeMilliseconds());

    static Finding Some(string check, string thing) => new(check, thing, Severity.Error, "here", "broken", "mend it");
}
