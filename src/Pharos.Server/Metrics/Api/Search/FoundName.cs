namespace Pharos.Server.Metrics.Api.Search;

/// <summary>A name or value that a search found.</summary>
readonly record struct FoundName(string Text, double Score)
{
    /// <summary>What the terms find among sorted texts, in the order asked for; one more than the limit when there are more.</summary>
    public static List<FoundName> In(IReadOnlyList<string> texts, SearchParameters search, CancellationToken cancellation)
    {
        var found = new List<FoundName>();
        for (var i = 0; i < texts.Count && (search.Order == SearchOrder.Score || found.Count <= search.Limit); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var text = search.Order == SearchOrder.Descending ? texts[^(i + 1)] : texts[i];
            if (search.Terms.Score(text) is { } score) found.Add(new(text, score));
        }
        if (search.Order != SearchOrder.Score) return found;
        found.Sort(static (left, right) => right.Score.CompareTo(left.Score) is not 0 and var order ? order : string.CompareOrdinal(left.Text, right.Text));
        if (found.Count > search.Limit + 1L) found.RemoveRange(search.Limit + 1, found.Count - search.Limit - 1);
        return found;
    }
}
