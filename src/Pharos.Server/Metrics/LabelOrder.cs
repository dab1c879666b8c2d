using Pharos.Model.Labels;

namespace Pharos.Server.Metrics;

/// <summary>The order in which Prometheus lists series: label by label, name before value, ordinal; fewer labels first.</summary>
static class LabelOrder
{
    public static int Compare(LabelSet left, LabelSet right)
    {
        var shared = Math.Min(left.Count, right.Count);
        for (var i = 0; i < shared; i++)
        {
            var order = string.CompareOrdinal(left[i].Name, right[i].Name);
            if (order == 0) order = string.CompareOrdinal(left[i].Value, right[i].Value);
            if (order != 0) return order;
        }
        return left.Count.CompareTo(right.Count);
    }
}
