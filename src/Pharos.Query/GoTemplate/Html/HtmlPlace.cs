using System.Text;

namespace Pharos.Query.GoTemplate.Html;

/// <summary>Follows the text of a page as it is written, and escapes each value for the place where it lands: Go's <c>html/template</c>.</summary>
/// <remarks>
/// <para>Shape: <see cref="Literal"/> takes the template's own text, which is trusted and moves the place; <see cref="Value"/> takes what came from
/// data, which never moves it. Go finds the places ahead of execution; following the output finds the same ones, and needs no rewriting of templates.</para>
/// <para>Comments of the page are left out, as in Go.</para>
/// <para>Threads: one, for one execution.</para>
/// </remarks>
sealed class HtmlPlace
{
    readonly StringBuilder name = new();
    State state;
    string element = "";
    bool isEndTag;
    AttributeKind kind;
    char quote;
    string rawElement = "";
    bool isPastUrlStart;
    bool isInQuery;
    QuotedPlace code;

    enum State
    {
        Text,
        Comment,
        TagName,
        Tag,
        AttributeName,
        AfterName,
        BeforeValue,
        Value,

        /// <summary>Within <c>script</c>, <c>style</c>, <c>title</c> or <c>textarea</c>, which only their own end tag ends.</summary>
        Raw,
    }

    /// <summary>Text of the template, as it is to be written.</summary>
    public string Literal(string text)
    {
        var written = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;) i += Step(text, i, written);
        return written.ToString();
    }

    /// <summary>A value, escaped for this place.</summary>
    /// <param name="printed">The value as text.</param>
    /// <param name="lastFunction">The function that made it, when that is <c>html</c> or <c>urlquery</c>: no place escapes twice.</param>
    public string Value(TemplateValue value, string printed, string? lastFunction, TemplateRun run)
    {
        if (state == State.BeforeValue) (state, quote) = (State.Value, '\0');
        switch (state)
        {
            case State.Text:
                return SafeText.IsHtml(value) || lastFunction == "html" ? printed : HtmlEscapes.Text(printed);
            case State.Comment:
                return "";
            case State.Value:
                return AttributeValue(value, printed, lastFunction, run);
            case State.Raw when rawElement is "script" or "style":
                return Code(value, printed, isScript: rawElement == "script", run);
            case State.Raw:
                return lastFunction == "html" ? printed : HtmlEscapes.Text(printed);
            default:
                return HtmlEscapes.Name(printed);
        }
    }

    string AttributeValue(TemplateValue value, string printed, string? lastFunction, TemplateRun run)
    {
        if (kind == AttributeKind.Plain && quote != '\0')
        {
            if (lastFunction == "html") return printed;
            if (SafeText.IsHtml(value)) return HtmlEscapes.WithoutTags(printed);
        }
        var inner = kind switch
        {
            AttributeKind.Url => Url(value, printed, lastFunction),
            AttributeKind.Script or AttributeKind.Style => Code(value, printed, isScript: kind == AttributeKind.Script, run),
            AttributeKind.Html when !SafeText.IsHtml(value) => HtmlEscapes.Text(printed),
            _ => printed,
        };
        return quote == '\0' ? HtmlEscapes.Unquoted(inner) : HtmlEscapes.Text(inner);
    }

    string Url(TemplateValue value, string printed, string? lastFunction)
    {
        var (isStart, isSafe) = (!isPastUrlStart, SafeText.IsUrl(value));
        isPastUrlStart |= printed.Length > 0;
        if (lastFunction == "urlquery") return printed;
        if (isInQuery) return HtmlEscapes.Url(printed, isWhole: isSafe);
        return isStart && !isSafe && !HtmlEscapes.IsHarmlessUrl(printed) ? $"#{HtmlEscapes.Refused}" : HtmlEscapes.Url(printed, isWhole: true);
    }

    string Code(TemplateValue value, string printed, bool isScript, TemplateRun run)
    {
        if (code.IsInComment) return "";
        if (isScript) return code.IsInString ? HtmlEscapes.JsString(printed) : $" {GoJson.Write(value, run)} ";
        if (code.Within == '(' && !HtmlEscapes.IsHarmlessUrl(printed)) return $"#{HtmlEscapes.Refused}";
        return code.IsInString ? HtmlEscapes.CssString(printed) : HtmlEscapes.CssValue(printed);
    }

    /// <summary>Takes one character or word of the text; returns how many characters it was.</summary>
    int Step(string text, int at, StringBuilder written)
    {
        var c = text[at];
        switch (state)
        {
            case State.Text:
                return StepText(text, at, written);
            case State.Comment:
                if (!text.AsSpan(at).StartsWith("-->", StringComparison.Ordinal)) return 1;
                state = State.Text;
                return 3;
            case State.TagName when char.IsAsciiLetterOrDigit(c) || c is '-' or ':':
                name.Append(c);
                break;
            case State.TagName:
                (element, state) = (name.ToString().ToLowerInvariant(), State.Tag);
                return 0;
            case State.Tag when c == '>':
                EndTag();
                break;
            case State.Tag when !char.IsWhiteSpace(c) && c != '/':
                name.Clear();
                state = State.AttributeName;
                return 0;
            case State.AttributeName when !char.IsWhiteSpace(c) && c is not ('=' or '>' or '/' or '"' or '\''):
                name.Append(c);
                break;
            case State.AttributeName when c is '"' or '\'': // Not part of any name; browsers take it as one, and so it must not open a value.
                name.Append(c);
                break;
            case State.AttributeName:
                (kind, state) = (HtmlAttributes.KindOf(name.ToString().ToLowerInvariant()), State.AfterName);
                return 0;
            case State.AfterName when c == '=':
                (state, isPastUrlStart, isInQuery, code) = (State.BeforeValue, false, false, default);
                break;
            case State.AfterName when !char.IsWhiteSpace(c):
                state = State.Tag;
                return 0;
            case State.BeforeValue when c is '"' or '\'':
                (state, quote) = (State.Value, c);
                break;
            case State.BeforeValue when c == '>':
                state = State.Tag;
                return 0;
            case State.BeforeValue when !char.IsWhiteSpace(c):
                (state, quote) = (State.Value, '\0');
                return 0;
            case State.Value when quote != '\0' ? c == quote : char.IsWhiteSpace(c) || c == '>':
                state = State.Tag;
                if (quote == '\0') return 0;
                break;
            case State.Value:
                Feed(c);
                break;
            case State.Raw when c == '<' && EndsRaw(text, at):
                state = State.Text;
                return 0;
            case State.Raw:
                code.Feed(c, isScript: rawElement == "script");
                break;
        }
        written.Append(c);
        return 1;
    }

    int StepText(string text, int at, StringBuilder written)
    {
        var rest = text.AsSpan(at);
        if (rest[0] != '<')
        {
            var length = rest.IndexOf('<') is >= 0 and var next ? next : rest.Length;
            written.Append(rest[..length]);
            return length;
        }
        if (rest.StartsWith("<!--", StringComparison.Ordinal))
        {
            state = State.Comment;
            return 4;
        }
        isEndTag = rest.Length > 1 && rest[1] == '/';
        var start = isEndTag ? 2 : 1;
        if (rest.Length > start && char.IsAsciiLetter(rest[start]))
        {
            written.Append(rest[..start]);
            name.Clear();
            state = State.TagName;
            return start;
        }
        written.Append(rest.StartsWith("<!DOCTYPE", StringComparison.OrdinalIgnoreCase) ? "<" : "&lt;"); // A lone sign is text.
        return 1;
    }

    void EndTag()
    {
        state = State.Text;
        if (isEndTag || element is not ("script" or "style" or "title" or "textarea")) return;
        (state, rawElement, code) = (State.Raw, element, default);
    }

    bool EndsRaw(string text, int at) =>
        text.AsSpan(at).StartsWith($"</{rawElement}", StringComparison.OrdinalIgnoreCase);

    void Feed(char c)
    {
        if (kind == AttributeKind.Url)
        {
            isPastUrlStart |= !char.IsWhiteSpace(c);
            isInQuery |= c is '?' or '#';
        }
        else if (kind is AttributeKind.Script or AttributeKind.Style)
        {
            code.Feed(c, isScript: kind == AttributeKind.Script);
        }
    }
}
