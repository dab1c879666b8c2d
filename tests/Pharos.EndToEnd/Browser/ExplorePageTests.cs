using System.Globalization;
using System.Text.RegularExpressions;
using System.Web;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser;

public sealed class ExplorePageTests(Stage stage) : PageTests<Stage>(stage)
{
    [Fact]
    public async Task A_query_is_written_run_and_drawn_and_its_address_shows_the_same_again()
    {
        var page = await OpenAsync("explore");
        await WriteAsync(page, "toy_temperature_celsius");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();

        await Expect(page.GetByTestId("chart").Locator("canvas")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Legend" })).ToContainTextAsync("toy_temperature_celsius{host=\"127.0.0.1\"");
        await Expect(page.GetByTestId("cost")).ToContainTextAsync(new Regex("1 series.*samples read"));
        await Expect(page).ToHaveURLAsync(new Regex("q=toy_temperature_celsius"));

        var other = await OpenAsync(new Uri(page.Url).PathAndQuery[1..]);
        await Expect(Editor(other)).ToHaveTextAsync("toy_temperature_celsius");
        await Expect(other.GetByRole(AriaRole.Region, new() { Name = "Legend" })).ToContainTextAsync("toy_temperature_celsius{host=\"127.0.0.1\"");
    }

    [Fact]
    public async Task Enter_runs_the_query_and_the_back_button_brings_the_one_before()
    {
        var page = await OpenAsync("explore?q=up&tab=table");
        await Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("job=\"toy\"");
        await WriteAsync(page, "1 + 1");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Scalar" })).ToContainTextAsync("2");

        await page.GoBackAsync();

        await Expect(Editor(page)).ToHaveTextAsync("up");
        await Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("job=\"toy\"");
    }

    [Fact]
    public async Task The_table_sorts_by_value()
    {
        var page = await OpenAsync("explore?q=up&tab=table");
        var firstRow = page.GetByRole(AriaRole.Table).Locator("tbody tr").First;

        await page.GetByRole(AriaRole.Button, new() { Name = "Value" }).ClickAsync();
        await Expect(firstRow).ToContainTextAsync("job=\"toy\"");
        await page.GetByRole(AriaRole.Button, new() { Name = "Value" }).ClickAsync();
        await Expect(firstRow).ToContainTextAsync("job=\"gone\"");
    }

    [Fact]
    public async Task A_fault_in_the_query_is_underlined_where_it_is_and_told_when_run()
    {
        var page = await OpenAsync("explore");
        await WriteAsync(page, "sum(toy_many) by by");
        await page.Keyboard.PressAsync("Escape");

        await Expect(page.Locator(".cm-lintRange-error")).ToHaveTextAsync("by");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("1:18: parse error:");
    }

    [Fact]
    public async Task The_editor_completes_metrics_and_explains_functions_and_metrics()
    {
        var page = await OpenAsync("explore");
        await WriteAsync(page, "rate(toy_req");
        var option = page.GetByRole(AriaRole.Option, new() { NameRegex = new("toy_requests_total") });
        await option.ClickAsync();
        await Expect(Editor(page)).ToHaveTextAsync(new Regex(@"^rate\(toy_requests_total\)?$"));

        await Editor(page).HoverAsync(new() { Position = new() { X = 90, Y = 16 } }); // Letters are about 8 px wide: inside the metric's name.
        await Expect(page.Locator(".ph-doc")).ToContainTextAsync("Requests that the toy answered.");
    }

    [Fact]
    public async Task Dragging_over_the_graph_zooms_to_that_time_and_the_address_holds_it()
    {
        var page = await OpenAsync("explore?q=up&range=10m");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Legend" })).ToContainTextAsync("up{"); // From here on the graph stays as it is.
        var plot = page.GetByTestId("chart").Locator(".u-over");
        var box = (await plot.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.25f), box.Y + 50);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.5f), box.Y + 60, new() { Steps = 5 });
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.75f), box.Y + 60, new() { Steps = 5 });
        await page.Mouse.UpAsync();

        await Expect(page).ToHaveURLAsync(new Regex("end="));
        var query = HttpUtility.ParseQueryString(new Uri(page.Url).Query);
        Assert.Matches("^(4m5[0-9]s|5m([0-9]s|10s)?)$", query["range"]!);
        var agoSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - double.Parse(query["end"]!, CultureInfo.InvariantCulture);
        Assert.InRange(agoSeconds, 120, 200);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Now" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_click_in_the_legend_leaves_one_line_and_another_brings_all_back()
    {
        var page = await OpenAsync("explore?q=toy_requests_total&range=5m");
        var lines = page.GetByRole(AriaRole.Region, new() { Name = "Legend" }).GetByRole(AriaRole.Button);
        await Expect(lines).ToHaveCountAsync(2);

        await lines.First.ClickAsync();
        await Expect(lines.First).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(lines.Last).ToHaveAttributeAsync("aria-pressed", "false");
        await lines.First.ClickAsync();
        await Expect(lines.Last).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task Too_many_series_are_capped_and_that_is_told()
    {
        var page = await OpenAsync("explore?q=toy_many&range=5m&stacked=1");

        await Expect(page.GetByText($"Showing 40 of {ToyService.ManySeries} series")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Switch, new() { Name = "Stacked" })).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show up to 400" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Legend" }).GetByRole(AriaRole.Button)).ToHaveCountAsync(ToyService.ManySeries);
    }

    [Fact]
    public async Task Two_queries_share_one_graph()
    {
        var page = await OpenAsync("explore?q=up&q=toy_temperature_celsius");

        var legend = page.GetByRole(AriaRole.Region, new() { Name = "Legend" });
        await Expect(legend).ToContainTextAsync("A up{");
        await Expect(legend).ToContainTextAsync("B toy_temperature_celsius{");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Query A" }).ClickAsync();
        await Expect(legend).Not.ToContainTextAsync("up{");
    }

    [Fact]
    public async Task The_formatter_lays_the_query_out()
    {
        var page = await OpenAsync("explore");
        await WriteAsync(page, "sum(rate(toy_requests_total[5m]))by(path)");
        await page.Keyboard.PressAsync("Escape");

        await page.GetByRole(AriaRole.Button, new() { Name = "Format" }).ClickAsync();

        await Expect(Editor(page)).ToHaveTextAsync(new Regex(@"sum by \(path\) \(rate\(toy_requests_total\[5m\]\)\)"));
    }

    [Fact]
    public async Task A_query_that_finds_nothing_says_that_it_is_sound()
    {
        var page = await OpenAsync("explore?q=no_such_metric");

        await Expect(page.GetByText("No data in this range")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_link_to_Prometheus_own_graph_page_opens_the_query()
    {
        var page = await OpenAsync("graph?g0.expr=toy_temperature_celsius&g0.tab=1");

        await Expect(page).ToHaveURLAsync(new Regex(@"/explore\?q=toy_temperature_celsius&tab=table$"));
        await Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("21.5");
    }

    static ILocator Editor(IPage page) => page.Locator(".cm-content").First;

    static async Task WriteAsync(IPage page, string text)
    {
        await Editor(page).ClickAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(text, new() { Delay = 15 });
    }
}
