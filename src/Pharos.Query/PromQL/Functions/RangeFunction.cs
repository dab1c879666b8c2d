using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Functions;

/// <summary>A function of a range vector.</summary>
/// <param name="Floats">Computes all steps of a series of floats.</param>
/// <param name="Mixed">Computes one step whose window has histograms; null: they are ignored, which is told when there are floats as well.</param>
sealed record RangeFunction(RangeKernel Floats, MixedKernel? Mixed = null)
{
    /// <summary>The result is a sample of the series itself and so keeps its name.</summary>
    public bool KeepsName { get; init; }

    /// <summary>Whether it reads start times of counters.</summary>
    public bool UsesStartTimes { get; init; }

    /// <summary>Whether its first scalar is a quantile, which must lie in 0..1.</summary>
    public bool TakesQuantile { get; init; }

    public bool AllowsAnchored { get; init; }

    /// <summary>How it computes where the ends of the window have values; null: it has no such form.</summary>
    public ExtendedRate? Extended { get; init; }

    public bool AllowsSmoothed => Extended is not null;

    public bool IsCounterFunction => Extended is { IsCounter: true };

    /// <summary>The function for windows with extended ends.</summary>
    public RangeFunction WithEnds(RangeEnds ends) => ends == RangeEnds.Plain || Extended is not { } extended
        ? this
        : this with { Floats = ExtendedRateKernels.For(ends == RangeEnds.Smoothed, extended.IsCounter, extended.IsRate) };
}

/// <summary>What a function over extended windows computes: of a counter, whose falls are resets, and per second.</summary>
readonly record struct ExtendedRate(bool IsCounter, bool IsRate);
