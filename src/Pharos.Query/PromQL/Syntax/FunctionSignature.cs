namespace Pharos.Query.PromQL.Syntax;

/// <summary>Name and types of a function.</summary>
/// <param name="Variadic">0: exactly the arguments. n &gt; 0: the last argument may be left out, or stand up to n times.
/// -1: the last may be left out, or stand any number of times.</param>
/// <param name="IsExperimental">Behind a feature flag in Prometheus 3.14; always on here.</param>
public sealed record FunctionSignature(string Name, ValueKind Result, Sequence<ValueKind> Arguments, int Variadic = 0, bool IsExperimental = false)
{
    /// <summary>Also a keyword of the grammar, so that any case will do.</summary>
    public bool IsKeyword { get; init; }

    /// <summary>Its second argument is matchers alone, without a metric's name.</summary>
    public bool EndsWithMatchers { get; init; }

    public int MinArguments => Variadic == 0 ? Arguments.Count : Arguments.Count - 1;

    public int MaxArguments => Variadic switch { 0 => Arguments.Count, > 0 => Arguments.Count - 1 + Variadic, _ => int.MaxValue };

    public ValueKind ArgumentKind(int index) => Arguments[Math.Min(index, Arguments.Count - 1)];
}
