using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser.Routed;

public sealed class SilencesPageTests(RoutedStage stage) : PageTests<RoutedStage>(stage)
{
    [Fact]
    public async Task An_alert_is_silenced_from_its_row_then_changed_and_set_free_again()
    {
        var page = await OpenAsync("alerts?filter=alertname%3DCableLoose");
        await page.GetByRole(AriaRole.Link, new() { Name = "Silence", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New silence" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "It will hold back" })).ToContainTextAsync("1 alert now");

        // Without author and reason there is no silence.
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the silence" }).ClickAsync();
        await Expect(page.GetByText("Say who makes it")).ToBeVisibleAsync();
        Assert.Empty(await AxeFaultsAsync(page));
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove rack=\"a4\"" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Made by" }).FillAsync("noor");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Comment" }).FillAsync("plugging it in");
        await page.GetByRole(AriaRole.Button, new() { Name = "8h", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the silence" }).ClickAsync();

        var silence = page.GetByRole(AriaRole.Region, new() { Name = "plugging it in" });
        await Expect(silence).ToContainTextAsync("ends in 7 h 59 min");
        await Expect(silence).ToContainTextAsync("alertname=\"CableLoose\"");
        await Expect(silence).Not.ToContainTextAsync("rack");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "It holds back" })).ToContainTextAsync("CableLoose");
        var id = page.Url.Split('/')[^1];

        await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Comment" }).FillAsync("plugging it in, firmly");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "plugging it in, firmly" })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/alerts/silences/{id}$"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Expire" }).ClickAsync();
        Assert.Empty(await AxeFaultsAsync(page));
        await page.GetByRole(AriaRole.Button, new() { Name = "Expire now" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Make it again" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Navigation, new() { Name = "Parts of alerts" }).GetByRole(AriaRole.Link, new() { Name = "Silences" }).ClickAsync();
        await page.GetByText(new Regex("^Expired [1-9]")).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "plugging it in, firmly" })).ToContainTextAsync("by noor");
        await page.GotoAsync($"{Stage.Url}alerts?filter=alertname%3DCableLoose");
        await Expect(page.GetByText("Active 1")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Silences_are_listed_with_what_they_say_and_when_they_end()
    {
        var page = await OpenAsync("alerts/silences");

        var row = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "disk is being replaced" });
        await Expect(row).ToContainTextAsync("by mira");
        await Expect(row).ToContainTextAsync("alertname=\"DiskFull\"");
        await Expect(row).ToContainTextAsync(new Regex(@"ends in (2\sh\s\d+\smin|3\sh)"));

        await page.GetByRole(AriaRole.Textbox, new() { Name = "Filter silences" }).FillAsync("nothing like it");
        await Expect(page.GetByText("No active silence matches “nothing like it”")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_preview_follows_the_matchers_while_they_are_written()
    {
        var page = await OpenAsync("alerts/silences/new");
        var preview = page.GetByRole(AriaRole.Region, new() { Name = "It will hold back" });
        await Expect(preview).ToContainTextAsync("No matcher yet");
        var matchers = page.GetByRole(AriaRole.Combobox, new() { Name = "Matchers" });
        await matchers.FillAsync("cluster=\"ap1\",");
        await Expect(preview).ToContainTextAsync("2 alerts now");

        await matchers.FillAsync("alertname!=\"ClusterDown\"");
        await page.Keyboard.PressAsync("Enter");

        await Expect(preview).ToContainTextAsync("1 alert now");
        await Expect(preview).ToContainTextAsync("PodsMissing");
    }

    [Fact]
    public async Task A_silence_of_everything_is_refused_before_it_is_sent()
    {
        var page = await OpenAsync("alerts/silences/new?filter=alertname%3D~%22.*%22");

        await page.GetByRole(AriaRole.Button, new() { Name = "Make the silence" }).ClickAsync();

        await Expect(page.GetByText("These matchers select every alert; one must want a value")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_silence_that_is_not_there_is_told()
    {
        var page = await OpenAsync("alerts/silences/00000000-0000-0000-0000-000000000000");

        await Expect(page.GetByText("There is no such silence")).ToBeVisibleAsync();
    }
}
