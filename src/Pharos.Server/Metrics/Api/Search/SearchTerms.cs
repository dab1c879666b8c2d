using Pharos.Model.Text;

namespace Pharos.Server.Metrics.Api.Search;

/// <summary>How terms are compared with names beyond plain equality.</summary>
enum FuzzyAlgorithm
{
    Subsequence,
    JaroWinkler,
}

/// <summary>The terms of one search: a name is found when one of them finds it, with the best score.</summary>
/// <param name="Threshold">Least score that counts, 0 to 1.</param>
sealed record SearchTerms(IReadOnlyList<string> Terms, FuzzyAlgorithm Algorithm, double Threshold, bool IsCaseSensitive)
{
    /// <summary>Of a term inside a name: behind a name that starts with it.</summary>
    const double Inside = 0.9;

    /// <summary>The score of a name, or null when no term finds it. Without terms every name is found.</summary>
    public double? Score(string name)
    {
        if (Terms.Count == 0) return 1;
        var compared = IsCaseSensitive ? name : GoCase.ToLower(name);
        double? best = null;
        foreach (var term in Terms)
        {
            if (ScoreOf(IsCaseSensitive ? term : GoCase.ToLower(term), compared) is { } score && !(score <= best)) best = score;
        }
        return best;
    }

    double? ScoreOf(string term, string name)
    {
        if (name.StartsWith(term, StringComparison.Ordinal)) return 1;
        if (Algorithm == FuzzyAlgorithm.Subsequence) return SubsequenceMatch.Score(term, name) is > 0 and var score && score >= Threshold ? score : null;
        if (name.Contains(term, StringComparison.Ordinal)) return Inside;
        return Threshold > 0 && JaroWinkler.Similarity(term, name) is var likeness && likeness >= Threshold ? likeness : null;
    }
}
