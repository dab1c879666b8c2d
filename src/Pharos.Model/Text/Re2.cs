using System.Text.RegularExpressions;

namespace Pharos.Model.Text;

/// <summary>A regular expression in RE2's syntax, matched in time linear in the text.</summary>
/// <remarks>Threads: immutable, safe for all.</remarks>
public sealed class Re2
{
    readonly Regex regex;

    Re2(string pattern, Regex regex)
    {
        Pattern = pattern;
        this.regex = regex;
    }

    public string Pattern { get; }

    /// <summary>Compiles a pattern that must match the whole text, as matchers and relabelling do.</summary>
    /// <exception cref="Re2SyntaxException">RE2 would refuse the pattern.</exception>
    public static Re2 CompileAnchored(string pattern)
    {
        try
        {
            return new(pattern, new Regex($@"\A(?s:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (ArgumentException error)
        {
            throw new Re2SyntaxException(error.Message);
        }
    }

    public bool IsMatch(ReadOnlySpan<char> text) => regex.IsMatch(text);
}

/// <summary>The pattern is not one that RE2 accepts; the message says why.</summary>
public sealed class Re2SyntaxException(string message) : FormatException(message);
