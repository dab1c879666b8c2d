using System.Globalization;
using Pharos.Model.Time;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Ledger;

namespace Pharos.Server.Heartbeats;

/// <summary>What was seen of the way from rules to receivers at one moment.</summary>
/// <param name="Groups">When each was last evaluated, or began to be; empty where no rules are evaluated here.</param>
/// <param name="LookedMs">When groups of alerts were last looked at.</param>
/// <param name="Untold">What receivers had to be told and were not yet, with the time since when.</param>
sealed record PipelinePulse(IReadOnlyList<(string Name, long IntervalMs, long SinceMs)> Groups, long LookedMs, IReadOnlyList<(NotifyLogKey Key, long SinceMs)> Untold);

/// <summary>Judges whether an alert that came up now would arrive: a function of what was seen and the time.</summary>
static class PipelineHealth
{
    /// <summary>Groups of alerts are looked at each half minute at least.</summary>
    const long LongestLookMs = 90_000;

    /// <summary>A service that is away for a moment is tried again, and is no reason for an alarm elsewhere.</summary>
    const long LongestUntoldMs = 5 * 60_000;

    const long LongestLateMs = 30_000;
    const int MostNamed = 5;

    /// <returns>Empty: it works. Else what does not, for people, without secrets.</returns>
    public static IReadOnlyList<string> Faults(PipelinePulse pulse, long nowMs)
    {
        var faults = new List<string>();
        var late = pulse.Groups.Where(group => nowMs - group.SinceMs > (3 * group.IntervalMs) + LongestLateMs).ToList();
        foreach (var group in late.Take(MostNamed)) faults.Add($"rule group {group.Name} was not evaluated since {LedgerTexts.Moment(group.SinceMs)}, although it should be every {PromDuration.Format(group.IntervalMs)}");
        if (late.Count > MostNamed) faults.Add(string.Create(CultureInfo.InvariantCulture, $"{late.Count - MostNamed} more rule groups are late"));
        if (nowMs - pulse.LookedMs > LongestLookMs) faults.Add($"groups of alerts were not looked at since {LedgerTexts.Moment(pulse.LookedMs)}");
        foreach (var way in pulse.Untold.Where(one => nowMs - one.SinceMs > LongestUntoldMs).GroupBy(one => (one.Key.Receiver, one.Key.Integration)).Take(MostNamed))
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{way.Key.Integration} of receiver {way.Key.Receiver} did not take {way.Count()} notifications since {LedgerTexts.Moment(way.Min(one => one.SinceMs))}"));
        }
        return faults;
    }
}
