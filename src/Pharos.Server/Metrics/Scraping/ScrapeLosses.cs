using System.Globalization;
using Pharos.Model.Diagnostics;
using Pharos.Server.Findings;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>The targets of which the store does not take everything, as findings by job.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class ScrapeLosses(FindingBook findings)
{
    readonly Lock gate = new();
    readonly Dictionary<(string Job, string Url), string> causes = [];

    /// <summary>Says how the last scrape of a target went.</summary>
    /// <param name="cause">Why something was not stored, the same words for the same cause; null: all was.</param>
    public void Tell(string job, string url, string? cause)
    {
        lock (gate)
        {
            if (cause is null)
            {
                if (!causes.Remove((job, url))) return;
            }
            else if (causes.TryGetValue((job, url), out var known) && known == cause) return;
            else causes[(job, url)] = cause;
            findings.Replace("scraping", [.. causes.GroupBy(entry => (entry.Key.Job, Cause: entry.Value)).Select(group => Of(group.Key.Job, group.Key.Cause, group.Count()))]);
        }
    }

    static Finding Of(string job, string cause, int targets)
    {
        var (why, mend) = Finding.Parts(cause);
        var message = string.Create(CultureInfo.InvariantCulture, $"not everything that {targets} targets show is stored: {why}");
        return new("scrape-not-stored", $"{job}/{why}", Severity.Error, $"job {job}", message, mend, $"/targets?filter={Uri.EscapeDataString(job)}");
    }
}
