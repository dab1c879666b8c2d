using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Text.Re2Matching;

namespace Pharos.Query.PromQL.Testing;

/// <summary>A command of the test language. Lines are 1-based.</summary>
abstract record TestCommand(int Line);

sealed record ClearCommand(int Line) : TestCommand(Line);

/// <summary>Samples to store: point i of each series at i x step after the epoch.</summary>
sealed record LoadCommand(int Line, long StepMs, bool WithCustomHistograms) : TestCommand(Line)
{
    public List<(LabelSet Labels, List<TestPoint> Points, List<long?>? StartOffsetsMs)> Series { get; } = [];
}

/// <summary>A point of a series: nothing, a float, or a histogram.</summary>
/// <param name="HasHint">The histogram's counter reset hint was written, so it is compared.</param>
public readonly record struct TestPoint(bool IsMissing, double Value, FloatHistogram? Histogram, bool HasHint)
{
    public static readonly TestPoint Missing = new(true, 0, null, false);
}

/// <summary>A query and what is expected of it.</summary>
sealed record EvalCommand(int Line, string Query, bool IsRange, long StartMs, long EndMs, long StepMs) : TestCommand(Line)
{
    public bool Fails { get; set; }

    /// <summary>Ways in which the error's text is expected to look; empty: any.</summary>
    public List<TextExpectation> FailTexts { get; } = [];

    public bool IsOrdered { get; set; }

    public bool Warns { get; set; }

    public bool Informs { get; set; }

    public bool NoWarnings { get; set; }

    public bool NoInfos { get; set; }

    public List<TextExpectation> WarnTexts { get; } = [];

    public List<TextExpectation> InfoTexts { get; } = [];

    /// <summary>The expected string, when the result is one.</summary>
    public string? Text { get; set; }

    /// <summary>The expected number, when the result is a scalar.</summary>
    public double? Scalar { get; set; }

    /// <summary>Times of a range vector that an instant query is expected to yield.</summary>
    public (long StartMs, long EndMs, long StepMs)? RangeVector { get; set; }

    public List<(LabelSet Labels, List<TestPoint> Points)> Series { get; } = [];
}

/// <summary>A text, whole or as a pattern that is found somewhere in it.</summary>
sealed record TextExpectation(string Text, bool IsPattern)
{
    readonly Re2? pattern = IsPattern ? Re2.Compile(Text) : null;

    public bool Accepts(string actual) => pattern?.IsMatch(actual) ?? actual == Text;

    public override string ToString() => IsPattern ? $"something like {Text}" : Text;
}

/// <summary>The text of a test file is not in the test language.</summary>
public sealed class TestSyntaxException(int line, string message) : Exception(message)
{
    /// <summary>1-based.</summary>
    public int Line { get; } = line;
}
