using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pharos.Query.GoTemplate.Html;

/// <summary>One function per place of an HTML page: what must become of a text so that it stays a text there.</summary>
/// <remarks>Source: the documented behaviour of Go's <c>html/template</c>; what cannot be made safe becomes <see cref="Refused"/>, its word for that.</remarks>
static class HtmlEscapes
{
    /// <summary>Stands where a value would have changed what the page does.</summary>
    public const string Refused = "ZgotmplZ";

    static readonly SearchValues<char> CssUnsafe = SearchValues.Create("\0\"'()/;@[\\]`{}<>");

    public static string Text(string text) => Escape(text, isUnquoted: false);

    /// <summary>For a value without quotes around it, which a blank or an equals sign would end or confuse.</summary>
    public static string Unquoted(string text) => text.Length == 0 ? Refused : Escape(text, isUnquoted: true);

    static string Escape(string text, bool isUnquoted)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\0' => escaped.Append(isUnquoted ? "&#xfffd;" : "\uFFFD"),
                '"' => escaped.Append("&#34;"),
                '&' => escaped.Append("&amp;"),
                '\'' => escaped.Append("&#39;"),
                '+' => escaped.Append("&#43;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '\t' or '\n' or '\v' or '\f' or '\r' or ' ' or '=' or '`' when isUnquoted => escaped.Append(CultureInfo.InvariantCulture, $"&#{(int)c};"),
                _ => escaped.Append(c),
            };
        }
        return escaped.ToString();
    }

    /// <summary>What remains of a piece of HTML within an attribute: its text, with entities left alone.</summary>
    public static string WithoutTags(string html)
    {
        var text = new StringBuilder(html.Length);
        for (var i = 0; i < html.Length; i++)
        {
            if (html[i] == '<' && i + 1 < html.Length && (char.IsAsciiLetter(html[i + 1]) || html[i + 1] is '/' or '!'))
            {
                var end = html.IndexOf('>', i);
                if (end < 0) break;
                i = end;
                continue;
            }
            text.Append(html[i]);
        }
        return Text(text.ToString()).Replace("&amp;", "&", StringComparison.Ordinal);
    }

    /// <summary>An address in front of which nothing stands: only such schemes as cannot run a script.</summary>
    public static bool IsHarmlessUrl(string url)
    {
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || url.AsSpan(0, colon).Contains('/')) return true;
        return url[..colon].ToLowerInvariant() is "http" or "https" or "mailto";
    }

    /// <param name="isWhole">Whether the characters that give an address its form, and escapes already there, stay; else all but plain ones are escaped.</param>
    public static string Url(string url, bool isWhole)
    {
        var escaped = new StringBuilder(url.Length + 16);
        var bytes = Encoding.UTF8.GetBytes(url);
        for (var i = 0; i < bytes.Length; i++)
        {
            var c = (char)bytes[i];
            var stays = char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~'
                || (isWhole && c is '!' or '#' or '$' or '&' or '*' or '+' or ',' or '/' or ':' or ';' or '=' or '?' or '@' or '[' or ']')
                || (isWhole && c == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]));
            if (stays) escaped.Append(c);
            else escaped.Append(CultureInfo.InvariantCulture, $"%{bytes[i]:x2}");
        }
        return escaped.ToString();
    }

    /// <summary>For the inside of a JavaScript string, of either quote.</summary>
    public static string JsString(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => escaped.Append("\\\\"),
                '/' => escaped.Append("\\/"),
                '\t' => escaped.Append("\\t"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '"' or '\'' or '&' or '+' or '<' or '>' or '`' or '{' or '}' or '$' or '\u2028' or '\u2029' or < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }
        return escaped.ToString();
    }

    /// <summary>For the inside of a string or address of a style sheet.</summary>
    public static string CssString(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (c is '"' or '\'' or '&' or '(' or ')' or '+' or '/' or ':' or ';' or '<' or '>' or '\\' or '{' or '}' or < ' ') escaped.Append(CultureInfo.InvariantCulture, $"\\{(int)c:x} ");
            else escaped.Append(c);
        }
        return escaped.ToString();
    }

    /// <summary>For a value of a style: words, numbers, colours; nothing that could end it or load something.</summary>
    public static string CssValue(string text)
    {
        if (text.AsSpan().ContainsAny(CssUnsafe) || text.Contains("--", StringComparison.Ordinal)) return Refused;
        var letters = string.Concat(text.Where(char.IsAsciiLetter)).ToLowerInvariant();
        return letters.Contains("expression", StringComparison.Ordinal) || letters.Contains("mozbinding", StringComparison.Ordinal) ? Refused : text;
    }

    /// <summary>For the name of an attribute or element: a plain word, and none that would give its value a meaning.</summary>
    public static string Name(string text) =>
        text.Length > 0 && text.All(char.IsAsciiLetterOrDigit) && HtmlAttributes.KindOf(text.ToLowerInvariant()) == AttributeKind.Plain ? text : Refused;
}
