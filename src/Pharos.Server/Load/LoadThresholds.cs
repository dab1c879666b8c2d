using System.Globalization;

namespace Pharos.Server.Load;

/// <summary>What the user asked to hold at the end of a run. Null: not asked.</summary>
sealed record LoadThresholds(double? MaxErrorRatio, TimeSpan? P95, TimeSpan? P99)
{
    /// <summary>What does not hold, a sentence each. A latency that was never measured does not hold.</summary>
    public IReadOnlyList<string> Missed(LoadRun run)
    {
        var missed = new List<string>();
        if (MaxErrorRatio is { } ratio && run.ErrorRatio > ratio)
        {
            missed.Add(string.Create(CultureInfo.InvariantCulture, $"error ratio {run.ErrorRatio:0.######} is above {ratio:0.######}"));
        }
        Check("p95", P95, 0.95);
        Check("p99", P99, 0.99);
        return missed;

        void Check(string name, TimeSpan? limit, double quantile)
        {
            if (limit is not { } most) return;
            if (run.All.Latency.Count == 0) missed.Add($"{name} is unknown: nothing was answered");
            else if (run.All.Latency.Percentile(quantile) is var found && found > most) missed.Add($"{name} {LoadFigures.Time(found)} is above {LoadFigures.Time(most)}");
        }
    }
}
