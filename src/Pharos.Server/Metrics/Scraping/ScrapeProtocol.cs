using System.Diagnostics.CodeAnalysis;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Formats in which a target may answer.</summary>
enum ScrapeProtocol
{
    PrometheusProto,
    PrometheusText0_0_4,
    PrometheusText1_0_0,
    OpenMetricsText0_0_1,
    OpenMetricsText1_0_0,
}

/// <summary>The names that <c>scrape_protocols</c> uses.</summary>
static class ScrapeProtocolNames
{
    public static readonly IReadOnlyList<ScrapeProtocol> Default =
    [
        ScrapeProtocol.OpenMetricsText1_0_0, ScrapeProtocol.OpenMetricsText0_0_1, ScrapeProtocol.PrometheusText1_0_0, ScrapeProtocol.PrometheusText0_0_4,
    ];

    /// <summary>Native histograms travel only in protobuf, so it is asked for first where they are wanted.</summary>
    public static readonly IReadOnlyList<ScrapeProtocol> DefaultWithNativeHistograms = [ScrapeProtocol.PrometheusProto, .. Default];

    public static readonly IReadOnlyList<string> All = [.. Enum.GetValues<ScrapeProtocol>().Select(Text)];

    public static string Text(this ScrapeProtocol protocol) => protocol switch
    {
        ScrapeProtocol.PrometheusProto => "PrometheusProto",
        ScrapeProtocol.PrometheusText0_0_4 => "PrometheusText0.0.4",
        ScrapeProtocol.PrometheusText1_0_0 => "PrometheusText1.0.0",
        ScrapeProtocol.OpenMetricsText0_0_1 => "OpenMetricsText0.0.1",
        _ => "OpenMetricsText1.0.0",
    };

    public static bool TryParse(string text, [NotNullWhen(true)] out ScrapeProtocol? protocol)
    {
        protocol = null;
        foreach (var known in Enum.GetValues<ScrapeProtocol>())
        {
            if (known.Text() == text) protocol = known;
        }
        return protocol is not null;
    }
}
