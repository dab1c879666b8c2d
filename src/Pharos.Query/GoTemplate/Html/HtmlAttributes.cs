using System.Collections.Frozen;

namespace Pharos.Query.GoTemplate.Html;

/// <summary>What the value of an attribute is, which decides how it is escaped.</summary>
enum AttributeKind
{
    Plain,
    Url,
    Script,
    Style,

    /// <summary>A page within the page.</summary>
    Html,
}

static class HtmlAttributes
{
    static readonly FrozenSet<string> Urls = FrozenSet.ToFrozenSet(
    [
        "action", "archive", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon", "longdesc", "manifest", "poster", "profile",
        "src", "srcset", "usemap", "xmlns",
    ]);

    /// <param name="name">In lower case.</param>
    public static AttributeKind KindOf(string name)
    {
        // "data-href" is likely read as an address by some script, so it is treated as one.
        if (name.StartsWith("data-", StringComparison.Ordinal)) name = name[5..];
        else if (name.StartsWith("xmlns:", StringComparison.Ordinal)) return AttributeKind.Url;
        else if (name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon) name = name[(colon + 1)..];
        if (Urls.Contains(name)) return AttributeKind.Url;
        if (name == "style") return AttributeKind.Style;
        if (name == "srcdoc") return AttributeKind.Html;
        if (name.StartsWith("on", StringComparison.Ordinal)) return AttributeKind.Script;
        return name.Contains("src", StringComparison.Ordinal) || name.Contains("uri", StringComparison.Ordinal) || name.Contains("url", StringComparison.Ordinal)
            ? AttributeKind.Url
            : AttributeKind.Plain;
    }
}
