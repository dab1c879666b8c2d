namespace Pharos.Server.Rules;

/// <summary>A rule could not be evaluated; the message is what its user reads.</summary>
sealed class RuleEvaluationException(string message) : Exception(message);
