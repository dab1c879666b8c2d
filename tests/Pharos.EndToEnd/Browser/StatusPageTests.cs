using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser;

public sealed class StatusPageTests(Stage stage) : PageTests<Stage>(stage)
{
    [Fact]
    public async Task The_server_tells_since_when_it_runs_and_what_it_holds()
    {
        var page = await OpenAsync("status");

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Running" })).ToContainTextAsync("in force");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Stored" })).ToContainTextAsync(new Regex("Series in memory[1-9]"));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Build" })).ToContainTextAsync("Version");
    }

    [Fact]
    public async Task The_configuration_is_shown_without_its_secrets()
    {
        var page = await OpenAsync("status/config");

        var yaml = page.GetByLabel("Configuration as YAML");
        await Expect(yaml).ToContainTextAsync("job_name: toy");
        await Expect(yaml).ToContainTextAsync("password: <secret>");
        await Expect(yaml).Not.ToContainTextAsync("not-to-be-shown");
    }

    [Fact]
    public async Task Flags_are_found_by_a_part_of_their_name()
    {
        var page = await OpenAsync("status/flags");

        await page.GetByRole(AriaRole.Textbox, new() { Name = "Filter flags" }).FillAsync("storage.tsdb.path");

        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "--storage.tsdb.path" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Cardinality_names_the_metric_with_most_series()
    {
        var page = await OpenAsync("status/cardinality");

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Series by metric name" }).GetByRole(AriaRole.Row, new() { Name = "toy_many" })).ToContainTextAsync($"{ToyService.ManySeries}");
    }

    [Fact]
    public async Task Blocks_and_findings_say_what_there_is()
    {
        var page = await OpenAsync("status/blocks");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Blocks on disk" })).ToContainTextAsync("No blocks yet");

        await page.GetByRole(AriaRole.Link, new() { Name = "Findings" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Findings" })).ToBeVisibleAsync();
    }
}
