using System.Text;

namespace Pharos.Server.Config;

/// <summary>Which names of metrics and labels are allowed.</summary>
enum NameValidation
{
    /// <summary>Any UTF-8 text.</summary>
    Utf8,

    /// <summary>Letters, digits, underscores (metrics: and colons), not beginning with a digit.</summary>
    Legacy,
}

/// <summary>How a target is asked to send names that are not of the legacy form (<c>escaping=</c> in the Accept header).</summary>
enum NameEscaping
{
    AllowUtf8,
    Underscores,
    Dots,
    Values,
}

static class NameSchemes
{
    public static bool IsValidMetricName(this NameValidation scheme, string name) => scheme switch
    {
        NameValidation.Utf8 => IsUtf8(name),
        _ => IsLegacy(name, colons: true),
    };

    public static bool IsValidLabelName(this NameValidation scheme, string name) => scheme switch
    {
        NameValidation.Utf8 => IsUtf8(name),
        _ => IsLegacy(name, colons: false),
    };

    public static string Text(this NameValidation scheme) => scheme == NameValidation.Utf8 ? "utf8" : "legacy";

    public static string Text(this NameEscaping scheme) => scheme switch
    {
        NameEscaping.AllowUtf8 => "allow-utf-8",
        NameEscaping.Underscores => "underscores",
        NameEscaping.Dots => "dots",
        _ => "values",
    };

    /// <summary>A lone surrogate or the replacement character of a bad byte is no text.</summary>
    static bool IsUtf8(string name)
    {
        if (name.Length == 0) return false;
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar) return false;
        }
        return true;
    }

    static bool IsLegacy(string name, bool colons)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_' && !(colons && character == ':')) return false;
        }
        return true;
    }
}
