namespace Pharos.Server.Rules.Languages;

/// <summary>A language in which the expressions of rules are written.</summary>
/// <param name="Name">As groups name it.</param>
/// <param name="Read">Reads a text, once for all its evaluations; one that is none of the language gives an expression with a fault.</param>
sealed record RuleLanguage(string Name, Func<string, RuleExpression> Read);
