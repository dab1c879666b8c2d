using System.Text;

namespace Pharos.Server.Config;

/// <summary>Puts the values of environment variables into text: <c>$NAME</c> and <c>${NAME}</c>.</summary>
static class EnvironmentText
{
    /// <summary>For secrets and addresses: a <c>$</c> that begins no name stays as it is. Names that are not set are collected, and stay.</summary>
    /// <param name="doubledDollars">Whether <c>$$</c> is one dollar.</param>
    public static string Expand(string text, Func<string, string?> environment, ICollection<string> unset, bool doubledDollars = false)
    {
        if (!text.Contains('$', StringComparison.Ordinal)) return text;
        var expanded = new StringBuilder(text.Length);
        var at = 0;
        while (at < text.Length)
        {
            if (doubledDollars && text.AsSpan(at).StartsWith("$$"))
            {
                expanded.Append('$');
                at += 2;
            }
            else if (text[at] == '$' && TryName(text, at, out var name, out var length))
            {
                var value = environment(name);
                if (value is null && !unset.Contains(name)) unset.Add(name);
                expanded.Append(value ?? text.Substring(at, length));
                at += length;
            }
            else
            {
                expanded.Append(text[at++]);
            }
        }
        return expanded.ToString();
    }

    /// <summary>For external labels, exactly as Prometheus does (Go's <c>os.Expand</c>): <c>$$</c> is a dollar, and what is not set becomes nothing.</summary>
    public static string ExpandAsPrometheus(string text, Func<string, string?> environment, ICollection<string> unset)
    {
        if (!text.Contains('$', StringComparison.Ordinal)) return text;
        var expanded = new StringBuilder(text.Length);
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                expanded.Append(text[at++]);
                continue;
            }
            var (name, length) = ShellName(text.AsSpan(at + 1));
            at += 1 + length;
            if (name.Length == 0 && length == 0) expanded.Append('$');
            else if (name == "$") expanded.Append('$');
            else if (name.Length > 0)
            {
                var value = environment(name);
                if (value is null) unset.Add(name);
                expanded.Append(value);
            }
        }
        return expanded.ToString();
    }

    static bool TryName(string text, int dollar, out string name, out int length)
    {
        name = "";
        length = 0;
        var from = dollar + 1;
        var isBraced = from < text.Length && text[from] == '{';
        if (isBraced) from++;
        var until = from;
        while (until < text.Length && IsNamePart(text[until])) until++;
        if (until == from || char.IsAsciiDigit(text[from])) return false;
        if (isBraced && (until == text.Length || text[until] != '}')) return false;
        name = text[from..until];
        length = until + (isBraced ? 1 : 0) - dollar;
        return true;
    }

    /// <summary>The name behind a dollar and how many characters it took. One odd character (<c>*#$@!?-</c> or a digit) is a name of its own.</summary>
    static (string Name, int Length) ShellName(ReadOnlySpan<char> text)
    {
        const string single = "*#$@!?-0123456789";
        if (text[0] == '{')
        {
            if (text.Length > 2 && single.Contains(text[1], StringComparison.Ordinal) && text[2] == '}') return (text[1].ToString(), 3);
            var close = text.IndexOf('}');
            if (close == 1) return ("", 2);
            return close < 0 ? ("", 1) : (text[1..close].ToString(), close + 1);
        }
        if (single.Contains(text[0], StringComparison.Ordinal)) return (text[0].ToString(), 1);
        var length = 0;
        while (length < text.Length && IsNamePart(text[length])) length++;
        return (text[..length].ToString(), length);
    }

    static bool IsNamePart(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
