using Pharos.Model.Labels;

namespace Pharos.Server.Alerting.Routing;

/// <summary>One node of the routing tree as written; what is null comes from the node above.</summary>
sealed record RouteConfig
{
    public string? Receiver { get; init; }

    /// <summary>Null: as above; empty: all alerts are one group. With <see cref="GroupByAll"/> it is empty.</summary>
    public IReadOnlyList<string>? GroupBy { get; init; }

    /// <summary><c>group_by: ['...']</c>: each set of labels is a group of its own.</summary>
    public bool GroupByAll { get; init; }

    /// <summary>Of <c>match</c>, <c>match_re</c> and <c>matchers</c>, sorted. All must match.</summary>
    public IReadOnlyList<LabelMatcher> Matchers { get; init; } = [];

    /// <summary>Whether later siblings are asked although this one matches.</summary>
    public bool Continue { get; init; }

    public TimeSpan? GroupWait { get; init; }

    public TimeSpan? GroupInterval { get; init; }

    public TimeSpan? RepeatInterval { get; init; }

    /// <summary>Names of intervals during which nothing is sent. Not handed down.</summary>
    public IReadOnlyList<string> MuteTimeIntervals { get; init; } = [];

    /// <summary>Names of intervals outside of which nothing is sent; empty: always. Not handed down.</summary>
    public IReadOnlyList<string> ActiveTimeIntervals { get; init; } = [];

    /// <summary>Templates for the receivers, laid over those of the node above.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    public IReadOnlyList<RouteConfig> Routes { get; init; } = [];

    /// <summary>Where it stands in the file.</summary>
    public int Line { get; init; }
}
