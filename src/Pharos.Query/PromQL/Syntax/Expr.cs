using Pharos.Model.Labels;

namespace Pharos.Query.PromQL.Syntax;

/// <summary>A stretch of the query's text: 0-based character offsets, <see cref="End"/> exclusive.</summary>
public readonly record struct TextSpan(int Start, int End);

/// <summary>A node of a PromQL expression. The whole language stands in this file.</summary>
/// <remarks>
/// <para>Nodes are immutable. <see cref="object.ToString"/> prints PromQL that parses back to an equal tree.</para>
/// <para>Equality is by meaning: the place in the text does not count.</para>
/// </remarks>
public abstract record Expr
{
    /// <summary>Where the node stands in the text it was parsed from; empty for nodes that were made.</summary>
    public TextSpan Span { get; init; }

    public abstract ValueKind Kind { get; }

    /// <summary>The expressions directly below, in the order of evaluation.</summary>
    public virtual IEnumerable<Expr> Children => [];

    public sealed override string ToString() => PromQlPrinter.Print(this);

    public virtual bool Equals(Expr? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();
}

/// <summary>A number, or a duration where a number is wanted (<c>5m</c> is 300), remembered for printing.</summary>
public sealed record NumberLiteral(double Value, bool IsDuration = false) : Expr
{
    public override ValueKind Kind => ValueKind.Scalar;
}

public sealed record StringLiteral(string Value) : Expr
{
    /// <summary>Null, or the text in quotes with its bytes that are no UTF-8 as <c>\xNN</c>; it is no valid name.</summary>
    public string? Invalid { get; init; }

    public override ValueKind Kind => ValueKind.String;
}

/// <summary>How an extended range selector treats the ends of its window.</summary>
public enum RangeEnds : byte
{
    /// <summary>Only samples inside the window count.</summary>
    Plain,

    /// <summary><c>anchored</c>: the last sample before the window stands at its start, exactly.</summary>
    Anchored,

    /// <summary><c>smoothed</c>: values at both ends are interpolated between neighbours.</summary>
    Smoothed,
}

public enum AtKind : byte
{
    None,
    Timestamp,

    /// <summary><c>@ start()</c></summary>
    Start,

    /// <summary><c>@ end()</c></summary>
    End,
}

/// <summary>A shift of the time at which a selector or subquery is evaluated: <c>offset</c> and <c>@</c>.</summary>
/// <param name="Offset">Null: none. Positive looks into the past.</param>
/// <param name="AtMs">The time of <see cref="AtKind.Timestamp"/>, ms since the epoch.</param>
public sealed record TimeShift(Duration? Offset, AtKind At, long AtMs)
{
    public static readonly TimeShift None = new(null, AtKind.None, 0);
}

/// <summary><c>name{matchers} anchored|smoothed offset d @ t</c></summary>
/// <param name="Name">The metric name as written before or first inside the braces; "" when there is none. Matchers include it.</param>
public sealed record VectorSelector(string Name, Sequence<LabelMatcher> Matchers, TimeShift Shift, RangeEnds Ends = RangeEnds.Plain) : Expr
{
    public override ValueKind Kind => ValueKind.Vector;
}

/// <summary><c>selector[range]</c>; offset, <c>@</c> and the ends' treatment stand on the selector.</summary>
public sealed record MatrixSelector(VectorSelector Selector, Duration Range) : Expr
{
    public override ValueKind Kind => ValueKind.Matrix;

    public override IEnumerable<Expr> Children => [Selector];
}

/// <summary><c>expr[range:step] offset d @ t</c></summary>
/// <param name="Step">Null: the engine's default step.</param>
public sealed record SubqueryExpr(Expr Inner, Duration Range, Duration? Step, TimeShift Shift) : Expr
{
    public override ValueKind Kind => ValueKind.Matrix;

    public override IEnumerable<Expr> Children => [Inner];
}

public sealed record ParenExpr(Expr Inner) : Expr
{
    public override ValueKind Kind => Inner.Kind;

    public override IEnumerable<Expr> Children => [Inner];
}

/// <summary><c>-expr</c> or <c>+expr</c>; of a literal number it is folded by the parser.</summary>
public sealed record UnaryExpr(bool IsMinus, Expr Inner) : Expr
{
    public override ValueKind Kind => Inner.Kind;

    public override IEnumerable<Expr> Children => [Inner];
}

public enum BinaryOperator : byte
{
    Add, Subtract, Multiply, Divide, Modulo, Power, Atan2,
    Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual,
    And, Or, Unless,

    /// <summary><c>&lt;/</c>: drops a histogram's observations above the right side.</summary>
    TrimUpper,

    /// <summary><c>&gt;/</c>: drops a histogram's observations below the right side.</summary>
    TrimLower,
}

public enum MatchCardinality : byte
{
    OneToOne,

    /// <summary><c>group_left</c></summary>
    ManyToOne,

    /// <summary><c>group_right</c></summary>
    OneToMany,

    /// <summary>The set operators.</summary>
    ManyToMany,
}

/// <summary>How the series of two vectors find each other.</summary>
/// <param name="IsOn"><c>on(labels)</c>; else <c>ignoring(labels)</c>.</param>
/// <param name="Include">Labels that <c>group_left</c> or <c>group_right</c> copies from the "one" side.</param>
/// <param name="FillLeft">Value for a missing series of the left side, or null; under <c>group_right</c> of the right one, which is "many".</param>
/// <param name="FillRight">The same for the other side.</param>
public sealed record VectorMatching(MatchCardinality Cardinality, bool IsOn, Sequence<string> Labels, Sequence<string> Include, double? FillLeft = null, double? FillRight = null);

/// <param name="ReturnsBool">The <c>bool</c> modifier of a comparison.</param>
/// <param name="Matching">Null unless both sides are vectors.</param>
public sealed record BinaryExpr(BinaryOperator Operator, Expr Left, Expr Right, bool ReturnsBool, VectorMatching? Matching) : Expr
{
    public override ValueKind Kind => Left.Kind == ValueKind.Scalar && Right.Kind == ValueKind.Scalar ? ValueKind.Scalar : ValueKind.Vector;

    public override IEnumerable<Expr> Children => [Left, Right];
}

public enum AggregateOperator : byte
{
    Sum, Avg, Count, Min, Max, Group, Stddev, Stdvar, TopK, BottomK, CountValues, Quantile, LimitK, LimitRatio,
}

/// <summary><c>sum by (labels) (expr)</c></summary>
/// <param name="Parameter">The number of <c>topk</c> and its kin, the label name of <c>count_values</c>; else null.</param>
public sealed record AggregateExpr(AggregateOperator Operator, Expr Inner, Expr? Parameter, Sequence<string> Grouping, bool IsWithout) : Expr
{
    public override ValueKind Kind => ValueKind.Vector;

    public override IEnumerable<Expr> Children => Parameter is null ? [Inner] : [Parameter, Inner];
}

public sealed record CallExpr(FunctionSignature Function, Sequence<Expr> Arguments) : Expr
{
    public override ValueKind Kind => Function.Result;

    public override IEnumerable<Expr> Children => Arguments;
}
