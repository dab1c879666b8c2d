using System.Globalization;
using System.Text;

namespace Pharos.Server.Load;

/// <summary>A text with placeholders: <c>${pick lamp rope}</c> one of the words, <c>${between 1 400}</c> a whole number, <c>${env TOKEN}</c> a
/// variable of the environment, <c>${order}</c> what an earlier request of the visit saved under that name.</summary>
sealed class LoadText
{
    readonly IReadOnlyList<Part> parts;

    LoadText(IReadOnlyList<Part> parts) => this.parts = parts;

    /// <summary>A text without placeholders.</summary>
    public static LoadText Plain(string text) => new([new Part(text, null)]);

    /// <exception cref="FormatException">A placeholder cannot be understood; the message says which and what to write.</exception>
    public static LoadText Parse(string text, IReadOnlyCollection<string> savedNames, Func<string, string?> environment)
    {
        var parts = new List<Part>();
        var at = 0;
        while (text.IndexOf("${", at, StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = text.IndexOf('}', open);
            if (close < 0) throw new FormatException($"\"{text[open..]}\" is not closed; write \"}}\" behind the placeholder");
            if (open > at) parts.Add(new(text[at..open], null));
            parts.Add(Placeholder(text[(open + 2)..close], savedNames, environment));
            at = close + 1;
        }
        if (at < text.Length || parts.Count == 0) parts.Add(new(text[at..], null));
        return new(parts);
    }

    /// <summary>The text for one visit.</summary>
    /// <param name="saved">What earlier requests saved; a name that is missing becomes nothing.</param>
    /// <param name="escape">What is done to the values put in, such as escaping for an address.</param>
    public string Render(IReadOnlyDictionary<string, string> saved, Func<string, string>? escape = null)
    {
        if (parts is [{ Value: null } only]) return only.Text;
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.Value is null) text.Append(part.Text);
            else text.Append(escape is null ? part.Value(saved) : escape(part.Value(saved)));
        }
        return text.ToString();
    }

    static Part Placeholder(string written, IReadOnlyCollection<string> savedNames, Func<string, string?> environment)
    {
        var words = written.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["pick", .. { Length: > 0 } choices]:
                return new("", _ => choices[Random.Shared.Next(choices.Length)]);
            case ["between", var first, var last] when TryWhole(first, out var least) && TryWhole(last, out var most) && least <= most:
                return new("", _ => Random.Shared.NextInt64(least, most + 1).ToString(CultureInfo.InvariantCulture));
            case ["env", var name] when environment(name) is { } value:
                return new("", _ => value);
            case ["env", var name]:
                throw new FormatException($"environment variable {name} is not set; set it");
            case [var name] when savedNames.Contains(name):
                return new("", saved => saved.GetValueOrDefault(name, ""));
            default:
                throw new FormatException($"\"${{{written}}}\" is not understood; write ${{pick a b}}, ${{between 1 400}}, ${{env NAME}}, or a name that an earlier request of the step saves");
        }
    }

    static bool TryWhole(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value < long.MaxValue;

    /// <summary>Either a text, or a value of each visit.</summary>
    sealed record Part(string Text, Func<IReadOnlyDictionary<string, string>, string>? Value);
}
