namespace Pharos.Server.Metrics.Api.Search;

/// <summary>Likeness of two texts by common letters near each other, transpositions, and a common start: forgives typing errors.</summary>
/// <remarks>Source: M. A. Jaro 1989; W. E. Winkler 1990, with the usual weight of 0.1 for up to four letters of a common start.</remarks>
static class JaroWinkler
{
    /// <summary>Texts that are longer are like no other: the time is the product of the lengths, and nobody types so much.</summary>
    const int MaxLength = 1024;

    const int MaxStart = 4;
    const double StartWeight = 0.1;

    /// <returns>0: nothing in common; 1: equal.</returns>
    public static double Similarity(string left, string right)
    {
        if (left == right) return 1;
        if (left.Length is 0 or > MaxLength || right.Length is 0 or > MaxLength) return 0;
        var jaro = Jaro(left, right);
        var start = left.AsSpan().CommonPrefixLength(right);
        return jaro + (Math.Min(start, MaxStart) * StartWeight * (1 - jaro));
    }

    static double Jaro(string left, string right)
    {
        var reach = Math.Max(0, (Math.Max(left.Length, right.Length) / 2) - 1);
        var taken = new bool[right.Length];
        var common = new List<char>(left.Length);
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = Math.Max(0, i - reach); j < Math.Min(right.Length, i + reach + 1); j++)
            {
                if (taken[j] || left[i] != right[j]) continue;
                taken[j] = true;
                common.Add(left[i]);
                break;
            }
        }
        if (common.Count == 0) return 0;
        var (displaced, next) = (0, 0);
        for (var j = 0; j < right.Length; j++)
        {
            if (taken[j] && right[j] != common[next++]) displaced++;
        }
        double count = common.Count;
        return ((count / left.Length) + (count / right.Length) + ((count - (displaced / 2)) / count)) / 3;
    }
}
