namespace Pharos.Query.PromQL.Syntax;

/// <summary>A length of time in a selector: a literal, or an expression over literals, <c>step()</c> and <c>range()</c>.</summary>
public abstract record Duration
{
    public TextSpan Span { get; init; }

    /// <summary>The length in seconds, in a query with this step and this range (end - start).</summary>
    /// <exception cref="PromQlEvaluationException">A division by zero.</exception>
    public abstract double Seconds(long stepMs, long rangeMs);

    /// <summary>Whether the length is the same in every query.</summary>
    public abstract bool IsConstant { get; }

    /// <summary>The length in ms, rounded to the nearest.</summary>
    /// <exception cref="PromQlEvaluationException">Out of the range of a 64-bit count of nanoseconds, or a division by zero.</exception>
    public long Milliseconds(long stepMs, long rangeMs)
    {
        const double maxSeconds = long.MaxValue / 1e9;
        var seconds = Seconds(stepMs, rangeMs);
        if (double.IsNaN(seconds) || seconds > maxSeconds || seconds < -maxSeconds) throw new PromQlEvaluationException("duration out of range");
        return (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
    }

    /// <summary>A literal of whole milliseconds, printed as a duration.</summary>
    public static Duration OfMs(long ms) => new DurationValue(ms / 1000.0, IsDuration: true);

    public virtual bool Equals(Duration? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();
}

/// <param name="IsDuration">Written with a unit (<c>5m</c>), not as a plain number of seconds.</param>
public sealed record DurationValue(double Value, bool IsDuration) : Duration
{
    public override bool IsConstant => true;

    public override double Seconds(long stepMs, long rangeMs) => Value;

    /// <summary>The same length is the same duration, however it was written.</summary>
    public bool Equals(DurationValue? other) => other is not null && Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();
}

public sealed record DurationParen(Duration Inner) : Duration
{
    public override bool IsConstant => Inner.IsConstant;

    public override double Seconds(long stepMs, long rangeMs) => Inner.Seconds(stepMs, rangeMs);
}

public sealed record DurationUnary(bool IsMinus, Duration Inner) : Duration
{
    public override bool IsConstant => Inner.IsConstant;

    public override double Seconds(long stepMs, long rangeMs) => IsMinus ? -Inner.Seconds(stepMs, rangeMs) : Inner.Seconds(stepMs, rangeMs);
}

/// <param name="Operator">One of + - * / % ^.</param>
public sealed record DurationBinary(BinaryOperator Operator, Duration Left, Duration Right) : Duration
{
    public override bool IsConstant => Left.IsConstant && Right.IsConstant;

    public override double Seconds(long stepMs, long rangeMs)
    {
        var left = Left.Seconds(stepMs, rangeMs);
        var right = Right.Seconds(stepMs, rangeMs);
        return Operator switch
        {
            BinaryOperator.Add => left + right,
            BinaryOperator.Subtract => left - right,
            BinaryOperator.Multiply => left * right,
            BinaryOperator.Divide => right == 0 ? throw new PromQlEvaluationException("division by zero") : left / right,
            BinaryOperator.Modulo => right == 0 ? throw new PromQlEvaluationException("modulo by zero") : left % right,
            _ => Math.Pow(left, right),
        };
    }
}

public enum DurationFunction : byte
{
    /// <summary><c>step()</c>: the query's step, 0 for an instant query.</summary>
    Step,

    /// <summary><c>range()</c>: the query's end minus its start.</summary>
    Range,

    /// <summary><c>min_of(a, b)</c></summary>
    MinOf,

    /// <summary><c>max_of(a, b)</c></summary>
    MaxOf,
}

public sealed record DurationCall(DurationFunction Function, Sequence<Duration> Arguments) : Duration
{
    public override bool IsConstant => Function is DurationFunction.MinOf or DurationFunction.MaxOf && Arguments.All(argument => argument.IsConstant);

    public override double Seconds(long stepMs, long rangeMs) => Function switch
    {
        DurationFunction.Step => stepMs / 1000.0,
        DurationFunction.Range => rangeMs / 1000.0,
        DurationFunction.MinOf => Math.Min(Arguments[0].Seconds(stepMs, rangeMs), Arguments[1].Seconds(stepMs, rangeMs)),
        _ => Math.Max(Arguments[0].Seconds(stepMs, rangeMs), Arguments[1].Seconds(stepMs, rangeMs)),
    };
}
