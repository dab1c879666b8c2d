using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser;

public sealed class HomePageTests(Stage stage) : PageTests<Stage>(stage)
{
    [Fact]
    public async Task The_verdict_says_what_fires_what_is_down_and_since_when()
    {
        var page = await OpenAsync("");

        var verdict = page.GetByRole(AriaRole.Status, new() { Name = "Verdict" });
        await Expect(verdict).ToContainTextAsync("TargetGone is firing, and gone is down.");
        await Expect(verdict).ToContainTextAsync(new Regex(@"Since \d\d:\d\d, for \d+\s(s|min)"));
        Assert.Equal("Home · Pharos", await page.TitleAsync());
    }

    [Fact]
    public async Task What_fires_is_listed_with_its_summary_labels_and_runbook()
    {
        var page = await OpenAsync("");

        var firing = page.GetByRole(AriaRole.Region, new() { Name = "Firing alerts" });
        await Expect(firing).ToContainTextAsync("gone does not answer");
        await Expect(firing).ToContainTextAsync("severity=critical");
        await Expect(firing.GetByRole(AriaRole.Link, new() { Name = "Runbook" })).ToHaveAttributeAsync("href", "https://runbooks.example/gone");
        await firing.GetByRole(AriaRole.Link, new() { Name = "TargetGone" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/alerts/rules\\?filter=TargetGone$"));
    }

    [Fact]
    public async Task What_is_down_is_listed_with_the_reason()
    {
        var page = await OpenAsync("");

        var down = page.GetByRole(AriaRole.Region, new() { Name = "Targets down" });
        await Expect(down).ToContainTextAsync(Stage.Gone);
        await Expect(down).ToContainTextAsync(new Regex("refused", RegexOptions.IgnoreCase));
    }

    [Fact]
    public async Task How_much_is_stored_is_told_in_figures()
    {
        var page = await OpenAsync("");

        var stored = page.GetByRole(AriaRole.Region, new() { Name = "Stored" });
        foreach (var figure in (string[])["Series", "On disk", "Samples a second", "Reaches back"])
        {
            await Expect(stored.Locator("div", new() { Has = page.GetByText(figure, new() { Exact = true }) }).Locator("dd").First).ToHaveTextAsync(new Regex("^[1-9]"));
        }
    }

    [Fact]
    public async Task The_last_hour_shows_each_job_and_each_alert_that_fired()
    {
        var page = await OpenAsync("");

        var hour = page.GetByRole(AriaRole.Region, new() { Name = "Last hour" });
        await Expect(hour.GetByRole(AriaRole.Rowheader)).ToHaveTextAsync([new Regex("^gone$"), new Regex("^toy$"), new Regex("^TargetGone$")]);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_told_and_the_old_verdict_marked_as_old()
    {
        var page = await OpenAsync("");
        var verdict = page.GetByRole(AriaRole.Status, new() { Name = "Verdict" });
        await Expect(verdict).ToContainTextAsync("is firing");

        await page.RouteAsync("**/api/v1/**", route => route.AbortAsync());

        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("The server does not answer.");
        await Expect(verdict).ToContainTextAsync("since then the server does not answer");
    }
}
