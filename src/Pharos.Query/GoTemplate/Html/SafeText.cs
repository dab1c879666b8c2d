namespace Pharos.Query.GoTemplate.Html;

/// <summary>Texts that a template's author vouches for, so that escaping leaves them as they are where they belong.</summary>
public static class SafeText
{
    static readonly TemplateType HtmlType = new("template.HTML", TemplateKind.String);
    static readonly TemplateType UrlType = new("template.URL", TemplateKind.String);

    /// <summary>A piece of HTML, for element text.</summary>
    public static TemplateValue Html(string text) => new StringValue(text, HtmlType);

    /// <summary>An address, or a part of one.</summary>
    public static TemplateValue Url(string text) => new StringValue(text, UrlType);

    internal static bool IsHtml(TemplateValue value) => ReferenceEquals(value.Type, HtmlType);

    internal static bool IsUrl(TemplateValue value) => ReferenceEquals(value.Type, UrlType);
}
