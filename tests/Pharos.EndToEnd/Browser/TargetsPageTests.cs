using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser;

public sealed class TargetsPageTests(Stage stage) : PageTests<Stage>(stage)
{
    [Fact]
    public async Task Pools_with_trouble_come_first_and_tell_the_error()
    {
        var page = await OpenAsync("targets");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync(["gone", "toy"]);
        var gone = page.GetByRole(AriaRole.Region, new() { Name = "gone" });
        await Expect(gone).ToContainTextAsync("1 down");
        await Expect(gone).ToContainTextAsync(new Regex("refused", RegexOptions.IgnoreCase));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "toy" })).ToContainTextAsync("all up");
    }

    [Fact]
    public async Task A_target_shows_its_labels_before_and_after_relabelling_and_each_step()
    {
        var page = await OpenAsync("targets");
        var toy = page.GetByRole(AriaRole.Region, new() { Name = "toy" });

        await toy.GetByText(Stage.Toy, new() { Exact = true }).First.ClickAsync();

        await Expect(toy).ToContainTextAsync($"__address__={Stage.Toy}");
        await Expect(toy).ToContainTextAsync("__scheme__=http");
        await Expect(toy.Locator("li").Filter(new() { HasText = "target_label: host" })).ToContainTextAsync("sets host=127.0.0.1");
    }

    [Fact]
    public async Task Dropped_targets_show_the_step_that_dropped_them()
    {
        var page = await OpenAsync("targets?show=dropped");

        await page.GetByText("127.0.0.1:1", new() { Exact = true }).ClickAsync();

        await Expect(page.Locator("li").Filter(new() { HasText = "action: drop" })).ToContainTextAsync("dropped here");
    }

    [Fact]
    public async Task Only_what_is_down_can_be_shown_and_the_address_holds_it()
    {
        var page = await OpenAsync("targets");

        await page.GetByText("Down 1").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync(["gone"]);
        await Expect(page).ToHaveURLAsync(new Regex("show=down$"));
    }
}
