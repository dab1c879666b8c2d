using Pharos.Model.Labels;

namespace Pharos.Server.Alerting.Dispatch;

/// <summary>The order of alerts inside a notification: by job, by instance, then fewer labels first, then by all labels.</summary>
/// <remarks>Alertmanager's, because receivers show it and templates cut after the first few.</remarks>
sealed class AlertOrder : IComparer<LabelSet>
{
    public static readonly AlertOrder Instance = new();

    static readonly string[] First = ["job", "instance"];

    public int Compare(LabelSet? x, LabelSet? y)
    {
        foreach (var name in First)
        {
            var (a, b) = (x![name], y![name]);
            if (a == b) continue;
            if (a.Length == 0) return 1;
            if (b.Length == 0) return -1;
            return string.CompareOrdinal(a, b);
        }
        return CompareLabels(x!, y!);
    }

    /// <summary>Fewer labels first, then by name and value.</summary>
    public static int CompareLabels(LabelSet x, LabelSet y)
    {
        if (x.Count != y.Count) return x.Count.CompareTo(y.Count);
        for (var i = 0; i < x.Count; i++)
        {
            var byName = string.CompareOrdinal(x[i].Name, y[i].Name);
            if (byName != 0) return -byName; // Who lacks the smaller name comes first.
            var byValue = string.CompareOrdinal(x[i].Value, y[i].Value);
            if (byValue != 0) return byValue;
        }
        return 0;
    }
}
