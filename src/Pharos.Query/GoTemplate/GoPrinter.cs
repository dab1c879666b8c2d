using System.Globalization;
using System.Text;
using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Prints values as Go's <c>fmt</c> does: <c>%v</c>, <c>print</c>, <c>println</c> and the verbs of <c>printf</c>.</summary>
/// <remarks>
/// <para>Limits: stops with <see cref="TemplateFunctionException"/> once more than the given number of characters is written; width and
/// precision at most 1e6, as in Go.</para>
/// <para>A pointer to a struct prints as <c>&amp;{…}</c> at any depth; Go shows a memory address below the first level, which says nothing.</para>
/// </remarks>
sealed class GoPrinter(int maxChars)
{
    readonly StringBuilder text = new();

    /// <summary>As an action prints: of a pointer, what it points to.</summary>
    public string Print(TemplateValue value)
    {
        if (value is StructValue { Type.IsPointer: true } instance && instance.Type.FindMethod("String") is null) WriteStruct("{", instance, 'v', FormatDirective.Plain);
        else Write(value, 'v', FormatDirective.Plain);
        return text.ToString();
    }

    /// <summary>All values, with a blank between two that are both not text.</summary>
    public string PrintAll(ReadOnlySpan<TemplateValue> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0 && values[i] is not StringValue && values[i - 1] is not StringValue) Append(" ");
            Write(values[i], 'v', FormatDirective.Plain);
        }
        return text.ToString();
    }

    public string PrintLine(ReadOnlySpan<TemplateValue> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) Append(" ");
            Write(values[i], 'v', FormatDirective.Plain);
        }
        Append("\n");
        return text.ToString();
    }

    public string Format(string format, ReadOnlySpan<TemplateValue> arguments)
    {
        var reader = new FormatReader(format, arguments);
        while (reader.ReadText(out var literal))
        {
            Append(literal);
            if (!reader.AtDirective) break;
            if (!reader.ReadDirective(out var directive, out var rune, out var problem))
            {
                Append(problem);
                break;
            }
            if (problem.Length > 0) Append(problem);
            if (rune.Value == '%')
            {
                Append("%");
                continue;
            }
            switch (reader.TakeArgument(out var argument))
            {
                case ArgumentState.BadIndex:
                    Append($"%!{rune}(BADINDEX)");
                    break;
                case ArgumentState.Missing:
                    Append($"%!{rune}(MISSING)");
                    break;
                default:
                    Write(argument!, rune.IsBmp ? (char)rune.Value : '\ufffd', directive);
                    break;
            }
        }
        if (!reader.WasReordered && reader.Taken < arguments.Length) WriteExtra(arguments[reader.Taken..]);
        return text.ToString();
    }

    void WriteExtra(ReadOnlySpan<TemplateValue> extra)
    {
        Append("%!(EXTRA ");
        for (var i = 0; i < extra.Length; i++)
        {
            if (i > 0) Append(", ");
            if (extra[i].IsNil)
            {
                Append("<nil>");
                continue;
            }
            Append(extra[i].Type.Name);
            Append("=");
            Write(extra[i], 'v', FormatDirective.Plain);
        }
        Append(")");
    }

    void Write(TemplateValue value, char verb, FormatDirective directive)
    {
        if (verb == 'T')
        {
            Pad(value.IsNil ? "<nil>" : value.Type.Name, directive);
            return;
        }
        if (verb is 'v' or 's' or 'q' or 'x' or 'X' && !value.IsNil && value.Type.FindMethod("String") is { Parameters.Length: 0 } stringer)
        {
            var run = new TemplateRun(TemplateLimits.Default, TimeProvider.System);
            value = stringer.Body(value, [], run);
        }
        switch (value)
        {
            case NilValue:
                if (verb == 'v') Pad("<nil>", directive);
                else Append($"%!{verb}(<nil>)");
                return;
            case BoolValue boolean when verb is 'v' or 't':
                Pad(boolean.Value ? "true" : "false", directive);
                return;
            case IntValue whole when WriteInt(whole.Value, verb, directive):
            case FloatValue fractional when WriteFloat(fractional.Value, verb, directive):
            case StringValue characters when WriteString(characters.Value, verb, directive):
                return;
            case ListValue list:
                WriteSequence("[", "]", list.Items, static item => ("", item), verb, directive);
                return;
            case MapValue map:
                WriteSequence("map[", "]", map.EntryList, entry => (new GoPrinter(maxChars).Keyed(entry.Key, verb, directive), entry.Value), verb, directive);
                return;
            case StructValue instance:
                WriteStruct(instance.Type.IsPointer ? "&{" : "{", instance, verb, directive);
                return;
            case FunctionValue when verb == 'v':
                Append("0x0");
                return;
        }
        Append($"%!{verb}({value.Type.Name}=");
        Write(value, 'v', directive);
        Append(")");
    }

    void WriteStruct(string open, StructValue instance, char verb, FormatDirective directive)
    {
        var isNamed = directive.Plus && verb == 'v';
        WriteSequence(open, "}", instance.Type.Fields, field => (isNamed ? $"{field.Name}:" : "", field.Read(instance.Instance)), verb, directive);
    }

    /// <summary>The key of a map: it is formatted like any value.</summary>
    string Keyed(string key, char verb, FormatDirective directive)
    {
        Write(TemplateValue.From(key), verb, directive);
        Append(":");
        return text.ToString();
    }

    void WriteSequence<T>(string open, string close, IReadOnlyList<T> items, Func<T, (string Prefix, TemplateValue Value)> read, char verb, FormatDirective directive)
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new TemplateFunctionException("value is nested too deeply to print");
        Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) Append(" ");
            var (prefix, value) = read(items[i]);
            Append(prefix);
            Write(value, verb, directive);
        }
        Append(close);
    }

    bool WriteString(string value, char verb, FormatDirective directive)
    {
        if (directive.Precision >= 0 && verb is 'v' or 's' or 'q') value = FirstRunes(value, directive.Precision);
        switch (verb)
        {
            case 'v' or 's':
                Pad(value, directive);
                return true;
            case 'q':
                Pad(directive.Sharp && !value.Contains('`', StringComparison.Ordinal) ? $"`{value}`" : GoText.Quote(value), directive);
                return true;
            case 'x' or 'X':
                var hex = Convert.ToHexString(Encoding.UTF8.GetBytes(value));
                Pad(verb == 'x' ? hex.ToLowerInvariant() : hex, directive);
                return true;
        }
        return false;
    }

    static string FirstRunes(string value, int count)
    {
        var length = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (count-- <= 0) break;
            length += rune.Utf16SequenceLength;
        }
        return value[..Math.Min(length, value.Length)];
    }

    bool WriteInt(long value, char verb, FormatDirective directive)
    {
        switch (verb)
        {
            case 'v' or 'd':
                WriteDigits(value, Magnitude(value).ToString(CultureInfo.InvariantCulture), "", directive);
                return true;
            case 'b':
                WriteDigits(value, Magnitude(value).ToString("b", CultureInfo.InvariantCulture), directive.Sharp ? "0b" : "", directive);
                return true;
            case 'o' or 'O':
                WriteDigits(value, ToOctal(Magnitude(value)), verb == 'O' ? "0o" : directive.Sharp ? "0" : "", directive);
                return true;
            case 'x' or 'X':
                WriteDigits(value, Magnitude(value).ToString(verb.ToString(), CultureInfo.InvariantCulture), directive.Sharp ? $"0{verb}" : "", directive);
                return true;
            case 'c':
                Pad(ToRune(value).ToString(), directive);
                return true;
            case 'q':
                var quoted = GoText.Quote(ToRune(value).ToString());
                Pad(ToRune(value).Value switch { '\'' => @"'\''", '"' => "'\"'", _ => $"'{quoted[1..^1]}'" }, directive);
                return true;
            case 'U':
                var shown = string.Create(CultureInfo.InvariantCulture, $"U+{value:X4}");
                Pad(directive.Sharp && GoText.IsPrintable(ToRune(value)) ? $"{shown} '{ToRune(value)}'" : shown, directive);
                return true;
        }
        return false;
    }

    static ulong Magnitude(long value) => value < 0 ? (ulong)-(Int128)value : (ulong)value;

    static Rune ToRune(long value) => value is >= 0 and <= 0x10ffff && Rune.IsValid((int)value) ? new Rune((int)value) : Rune.ReplacementChar;

    static string ToOctal(ulong value)
    {
        if (value == 0) return "0";
        var digits = new StringBuilder();
        for (; value > 0; value >>= 3) digits.Insert(0, (char)('0' + (value & 7)));
        return digits.ToString();
    }

    void WriteDigits(long value, string digits, string prefix, FormatDirective directive)
    {
        var sign = value < 0 ? "-" : directive.Plus ? "+" : directive.Space ? " " : "";
        if (directive.Precision >= 0)
        {
            if (directive.Precision == 0 && value == 0) digits = "";
            else digits = digits.PadLeft(directive.Precision, '0');
        }
        else if (directive is { Zero: true, Minus: false, Width: > 0 })
        {
            digits = digits.PadLeft(Math.Max(0, directive.Width - sign.Length - prefix.Length), '0');
        }
        Pad(sign + prefix + digits, directive with { Zero = false });
    }

    bool WriteFloat(double value, char verb, FormatDirective directive)
    {
        if (verb is not ('v' or 'g' or 'G' or 'e' or 'E' or 'f' or 'F' or 'x' or 'X' or 'b')) return false;
        var number = GoNumber.Format(value, verb == 'v' ? 'g' : verb, directive.Precision);
        var sign = number[0] is '-' or '+' ? number[..1] : "";
        var digits = number[sign.Length..];
        if (sign is "" or "+") sign = directive.Plus || double.IsInfinity(value) ? "+" : directive.Space ? " " : "";
        if (double.IsNaN(value) && !directive.Plus && !directive.Space) sign = "";
        if (directive is { Zero: true, Minus: false } && double.IsFinite(value)) digits = digits.PadLeft(Math.Max(0, directive.Width - sign.Length), '0');
        Pad(sign + digits, directive with { Zero = false });
        return true;
    }

    void Pad(string value, FormatDirective directive)
    {
        var missing = directive.Width > 0 ? directive.Width - value.EnumerateRunes().Count() : 0;
        if (missing <= 0)
        {
            Append(value);
            return;
        }
        if (text.Length + missing > maxChars) TooLong();
        if (directive.Minus) text.Append(value).Append(' ', missing);
        else text.Append(directive.Zero ? '0' : ' ', missing).Append(value);
        Append("");
    }

    void Append(string more)
    {
        text.Append(more);
        if (text.Length > maxChars) TooLong();
    }

    static void TooLong() => throw new TemplateFunctionException("exceeded the limit of text in memory");
}
