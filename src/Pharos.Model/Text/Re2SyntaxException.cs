namespace Pharos.Model.Text;

/// <summary>The pattern is not one that RE2 accepts; the message says why.</summary>
public sealed class Re2SyntaxException(string message) : FormatException(message);
