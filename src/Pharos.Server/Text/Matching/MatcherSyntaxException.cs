namespace Pharos.Server.Text.Matching;

/// <summary>A text is no matcher; the message says where and what belongs there.</summary>
sealed class MatcherSyntaxException(string message) : Exception(message);
