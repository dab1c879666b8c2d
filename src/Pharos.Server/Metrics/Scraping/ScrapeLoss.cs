using System.Globalization;
using Pharos.Model.Writing;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>What the store did not take of a scrape that worked.</summary>
/// <param name="Series">New series that it refused.</param>
/// <param name="Reason">Why it refuses series, or else samples; null: it refuses none for its own sake.</param>
/// <param name="Outcome">Of the samples.</param>
readonly record struct ScrapeLoss(int Series, string? Reason, AppendOutcome Outcome)
{
    int Untimely => Outcome.TooOld + Outcome.TooNew + Outcome.OutOfOrder + Outcome.DuplicateOther;

    public bool IsNone => Series + Outcome.Refused + Untimely == 0;

    /// <summary>One sample a refused series, and those refused later.</summary>
    public int Refused => Series + Outcome.Refused;

    /// <summary>What to do about it, for what lasts until somebody does; null for the rest.</summary>
    public string? Cause => Reason ?? (Outcome.TooNew > 0 ? "samples lie more than 10 minutes ahead of this server's clock; set the target's clock, or honor_timestamps: false" : null);

    /// <summary>The words for the target's page.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        if (Series > 0) parts.Add(Say($"the store did not take {Series} series: {Reason}"));
        else if (Outcome.Refused > 0) parts.Add(Say($"the store did not take {Outcome.Refused} samples: {Reason}"));
        if (Untimely > 0) parts.Add(Say($"{Untimely} samples were not stored: {string.Join(", ", Untimelies())}"));
        return string.Join("; ", parts);
    }

    IEnumerable<string> Untimelies()
    {
        if (Outcome.OutOfOrder > 0) yield return Say($"{Outcome.OutOfOrder} out of order");
        if (Outcome.TooOld > 0) yield return Say($"{Outcome.TooOld} too old");
        if (Outcome.TooNew > 0) yield return Say($"{Outcome.TooNew} more than 10 minutes ahead of this server's clock");
        if (Outcome.DuplicateOther > 0) yield return Say($"{Outcome.DuplicateOther} with the time of another value");
    }

    static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
