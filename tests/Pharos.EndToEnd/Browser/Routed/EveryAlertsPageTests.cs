namespace Pharos.EndToEnd.Browser.Routed;

/// <summary>What must hold for all pages alike, for those about alerts that are routed.</summary>
public sealed class EveryAlertsPageTests(RoutedStage stage) : PageTests<RoutedStage>(stage)
{
    /// <summary>Address, and a text that is there when the page has its data.</summary>
    public static TheoryData<string, string> Pages { get; } = new()
    {
        { "", "held back" },
        { "alerts", "disk is being replaced" },
        { "alerts/rules", "PodsMissing" },
        { "alerts/silences", "disk is being replaced" },
        { "alerts/silences/new?filter=cluster%3Dap1", "2 alerts now" },
        { "alerts/routing?labels=severity%3Dcritical%2Cteam%3Ddb", "It goes to db-team" },
        { "alerts/receivers", "no route leads here" },
        { "alerts/ledger?filter=alertname%3DOutage", "Today" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public Task In_light_it_is_accessible(string address, string text) => CheckAccessibleAsync(address, text, isDark: false);

    [Theory]
    [MemberData(nameof(Pages))]
    public Task In_dark_it_is_accessible(string address, string text) => CheckAccessibleAsync(address, text, isDark: true);

    [Theory]
    [MemberData(nameof(Pages))]
    public Task On_a_phone_nothing_hangs_over_the_edge(string address, string text) => CheckOnPhoneAsync(address, text);
}
