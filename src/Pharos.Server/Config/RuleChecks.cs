namespace Pharos.Server.Config;

/// <summary>A fault inside a text: 1-based place in it (0: unknown) and what is wrong.</summary>
readonly record struct TextFault(int Line, int Column, string Message);

/// <summary>How expressions and templates of rules are checked; given by the composition, so that reading files needs no query language.</summary>
/// <param name="Expression">The first fault of a PromQL expression; null when it has none.</param>
/// <param name="Template">The first fault of an alert's label or annotation template; null when it has none.</param>
sealed record RuleChecks(Func<string, TextFault?> Expression, Func<string, TextFault?> Template)
{
    public static readonly RuleChecks None = new(_ => null, _ => null);
}
