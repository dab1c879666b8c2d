using System.Globalization;
using System.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Reads a format string: literal text, directives, and which argument each takes.</summary>
ref struct FormatReader(string format, ReadOnlySpan<TemplateValue> arguments)
{
    const int MaxWidth = 1_000_000;

    readonly ReadOnlySpan<TemplateValue> arguments = arguments;
    int position;
    bool indexIsBad;

    public int Taken { get; private set; }

    /// <summary>An explicit index was used: arguments left over are then no mistake.</summary>
    public bool WasReordered { get; private set; }

    public readonly bool AtDirective => position < format.Length;

    public bool ReadText(out string literal)
    {
        var percent = format.IndexOf('%', position);
        literal = percent < 0 ? format[position..] : format[position..percent];
        position = percent < 0 ? format.Length : percent;
        return true;
    }

    /// <summary>False at the end of the format. The problem is text to print, also beside a directive that still counts.</summary>
    public bool ReadDirective(out FormatDirective directive, out Rune verb, out string problem)
    {
        position++;
        problem = "";
        verb = default;
        indexIsBad = false;
        directive = ReadFlags();
        ReadIndex();
        directive.Width = ReadNumber(ref problem, "%!(BADWIDTH)", out var negative);
        if (negative) directive = directive with { Minus = true, Zero = false };
        if (position < format.Length && format[position] == '.')
        {
            position++;
            ReadIndex();
            var precision = ReadNumber(ref problem, "%!(BADPREC)", out var isNegative);
            directive.Precision = isNegative ? -1 : Math.Max(0, precision);
        }
        ReadIndex();
        if (position >= format.Length)
        {
            problem += "%!(NOVERB)";
            return false;
        }
        if (!Rune.TryGetRuneAt(format, position, out verb)) verb = Rune.ReplacementChar;
        position += verb == Rune.ReplacementChar ? 1 : verb.Utf16SequenceLength;
        return true;
    }

    public ArgumentState TakeArgument(out TemplateValue? argument)
    {
        argument = null;
        if (indexIsBad) return ArgumentState.BadIndex;
        if (Taken >= arguments.Length) return ArgumentState.Missing;
        argument = arguments[Taken++];
        return ArgumentState.Taken;
    }

    FormatDirective ReadFlags()
    {
        var directive = FormatDirective.Plain;
        for (; position < format.Length; position++)
        {
            switch (format[position])
            {
                case '-':
                    directive.Minus = true;
                    break;
                case '+':
                    directive.Plus = true;
                    break;
                case '#':
                    directive.Sharp = true;
                    break;
                case ' ':
                    directive.Space = true;
                    break;
                case '0':
                    directive.Zero = true;
                    break;
                default:
                    return directive with { Zero = directive.Zero && !directive.Minus };
            }
        }
        return directive;
    }

    /// <summary><c>[3]</c>: the third argument is next.</summary>
    void ReadIndex()
    {
        if (position >= format.Length || format[position] != '[') return;
        WasReordered = true;
        var close = format.IndexOf(']', position);
        if (close >= 0 && int.TryParse(format.AsSpan(position + 1, close - position - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index >= 1 && index <= arguments.Length)
        {
            Taken = index - 1;
        }
        else
        {
            indexIsBad = true;
        }
        position = close < 0 ? position + 1 : close + 1;
    }

    /// <summary>Digits, or <c>*</c> for the next argument; -1 when neither.</summary>
    int ReadNumber(ref string problem, string bad, out bool isNegative)
    {
        isNegative = false;
        if (position < format.Length && format[position] == '*')
        {
            position++;
            if (TakeArgument(out var argument) != ArgumentState.Taken || argument is not IntValue { Value: >= -MaxWidth and <= MaxWidth } given)
            {
                problem += bad;
                return -1;
            }
            isNegative = given.Value < 0;
            return (int)Math.Abs(given.Value);
        }
        var start = position;
        while (position < format.Length && char.IsAsciiDigit(format[position])) position++;
        if (position == start) return -1;
        if (int.TryParse(format.AsSpan(start, position - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxWidth) return number;
        problem += bad;
        return -1;
    }
}
