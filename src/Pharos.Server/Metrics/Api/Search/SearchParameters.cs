using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Server.Doors;

namespace Pharos.Server.Metrics.Api.Search;

/// <summary>In which order names are answered.</summary>
enum SearchOrder
{
    Ascending,
    Descending,

    /// <summary>The best first; equal ones by name.</summary>
    Score,
}

/// <summary>What a search asks for, read once and checked whole.</summary>
sealed record SearchParameters
{
    const int DefaultLimit = 100;
    const int MaxTerms = 32;
    const int MaxBatch = 10_000;

    /// <summary>Who gives no range wants names for a graph of now.</summary>
    const long DefaultRangeMs = 3_600_000;

    public required IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors { get; init; }

    public required SearchTerms Terms { get; init; }

    public required SearchOrder Order { get; init; }

    public required bool WithScore { get; init; }

    /// <summary>Inclusive.</summary>
    public required long FromMs { get; init; }

    /// <summary>Inclusive.</summary>
    public required long ThroughMs { get; init; }

    public required int Limit { get; init; }

    /// <summary>Most names of one line of the answer.</summary>
    public required int BatchSize { get; init; }

    /// <param name="maxLimit">Largest limit that may be asked for; 0: any.</param>
    /// <exception cref="ApiFaultException">A parameter cannot be used.</exception>
    public static SearchParameters Read(ApiCall call, long nowMs, int maxLimit)
    {
        var (fromMs, throughMs) = (call.Time("start", nowMs - DefaultRangeMs), call.Time("end", nowMs));
        if (throughMs < fromMs) throw ApiFaultException.Parameter("end", "end timestamp must not be before start time");
        var selectors = call.Selectors();
        var terms = ReadTerms(call);
        return new()
        {
            Selectors = selectors,
            Terms = terms,
            Order = ReadOrder(call, terms),
            WithScore = call.Bool("include_score", otherwise: false),
            FromMs = fromMs,
            ThroughMs = throughMs,
            Limit = Count(call, "limit", maxLimit > 0 ? Math.Min(DefaultLimit, maxLimit) : DefaultLimit, maxLimit > 0 ? maxLimit : int.MaxValue),
            BatchSize = Count(call, "batch_size", DefaultLimit, MaxBatch),
        };
    }

    static SearchTerms ReadTerms(ApiCall call)
    {
        var terms = call.All("search[]");
        if (terms.Count > MaxTerms) throw ApiFaultException.Parameter("search[]", $"{terms.Count} terms; at most {MaxTerms} are taken");
        var threshold = call["fuzz_threshold"];
        var percent = 0;
        if (threshold.Length > 0 && (!int.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out percent) || percent > 100)) throw ApiFaultException.BadData($"invalid fuzz_threshold {ApiTime.Quote(threshold)}: must be 0-100");
        var algorithm = call["fuzz_alg"] switch
        {
            "" or "subsequence" => FuzzyAlgorithm.Subsequence,
            "jarowinkler" => FuzzyAlgorithm.JaroWinkler,
            var other => throw ApiFaultException.BadData($"unsupported fuzz_alg {ApiTime.Quote(other)}: must be one of [subsequence jarowinkler]"),
        };
        return new(terms, algorithm, percent / 100.0, call.Bool("case_sensitive", otherwise: true));
    }

    static SearchOrder ReadOrder(ApiCall call, SearchTerms terms)
    {
        var (by, direction) = (call["sort_by"], call["sort_dir"]);
        if (by is not ("" or "alpha" or "score")) throw ApiFaultException.BadData($"invalid sort_by {ApiTime.Quote(by)}: must be \"alpha\" or \"score\"");
        if (direction is not ("" or "asc" or "dsc")) throw ApiFaultException.BadData($"invalid sort_dir {ApiTime.Quote(direction)}: must be \"asc\" or \"dsc\"");
        if (direction.Length > 0 && by != "alpha") throw ApiFaultException.BadData(by.Length == 0 ? "sort_dir is only valid when sort_by is set" : "sort_dir is not supported for sort_by=score");
        if (by == "score" && terms.Terms.Count == 0) throw ApiFaultException.BadData("sort_by=score requires search[] to be set");
        return by == "score" ? SearchOrder.Score : direction == "dsc" ? SearchOrder.Descending : SearchOrder.Ascending;
    }

    static int Count(ApiCall call, string name, int otherwise, int most)
    {
        var text = call[name];
        if (text.Length == 0) return otherwise;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0) throw ApiFaultException.BadData($"invalid {name} {ApiTime.Quote(text)}: must be a positive integer");
        return count <= most ? count : throw ApiFaultException.BadData($"{name} {count} exceeds the largest allowed, {most}");
    }
}
