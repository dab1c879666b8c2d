namespace Pharos.Query.PromQL.Histograms;

/// <summary>How histograms with different custom bounds are brought together: on the bounds that both have.</summary>
static class CustomBounds
{
    public static double[] Intersect(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var shared = new List<double>();
        for (int i = 0, j = 0; i < left.Length && j < right.Length;)
        {
            if (left[i] == right[j])
            {
                shared.Add(left[i++]);
                j++;
            }
            else if (left[i] < right[j]) i++;
            else j++;
        }
        return [.. shared];
    }

    /// <summary>For each bucket the first shared bound that includes it; beyond the last one, the +Inf bucket.</summary>
    public static Func<int, int> Mapping(double[] bounds, double[] shared) => index =>
    {
        if (index >= bounds.Length) return shared.Length;
        var at = Array.BinarySearch(shared, bounds[index]);
        return at >= 0 ? at : ~at;
    };
}
