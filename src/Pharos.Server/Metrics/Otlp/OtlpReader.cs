using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;


namespace Pharos.Server.Metrics.Otlp;

/// <summary>Reads the <c>otlp</c> section.</summary>
static class OtlpReader
{
    static readonly (string Word, OtlpTranslation Translation)[] Translations =
    [
        ("UnderscoreEscapingWithSuffixes", OtlpTranslation.UnderscoreEscapingWithSuffixes),
        ("UnderscoreEscapingWithoutSuffixes", OtlpTranslation.UnderscoreEscapingWithoutSuffixes),
        ("NoUTF8EscapingWithSuffixes", OtlpTranslation.NoUtf8EscapingWithSuffixes),
        ("NoTranslation", OtlpTranslation.NoTranslation),
    ];

    public static string Word(this OtlpTranslation translation) => Array.Find(Translations, pair => pair.Translation == translation).Word;

    public static OtlpConfig Read(YamlSection? section, NameValidation validation)
    {
        if (section is null) return OtlpConfig.Default;
        var config = new OtlpConfig
        {
            PromoteAllResourceAttributes = section.Bool("promote_all_resource_attributes"),
            PromoteResourceAttributes = ReadAttributes(section, "promote_resource_attributes"),
            IgnoreResourceAttributes = ReadAttributes(section, "ignore_resource_attributes"),
            Translation = ReadTranslation(section, validation),
            KeepIdentifyingResourceAttributes = section.Bool("keep_identifying_resource_attributes"),
            ConvertHistogramsToNhcb = section.Bool("convert_histograms_to_nhcb"),
            PromoteScopeMetadata = section.Bool("promote_scope_metadata"),
            LabelNameUnderscoreSanitization = section.Bool("label_name_underscore_sanitization", true),
            LabelNamePreserveMultipleUnderscores = section.Bool("label_name_preserve_multiple_underscores", true),
        };
        if (config.PromoteAllResourceAttributes && config.PromoteResourceAttributes.Count > 0)
        {
            section.Error("promote_resource_attributes", "promote_all_resource_attributes is on; keep one of both");
        }
        if (!config.PromoteAllResourceAttributes && config.IgnoreResourceAttributes.Count > 0)
        {
            section.Error("ignore_resource_attributes", "nothing is promoted that could be ignored; write promote_all_resource_attributes: true, or remove this");
        }
        section.Close();
        return config;
    }

    static OtlpTranslation ReadTranslation(YamlSection section, NameValidation validation)
    {
        if (section.OneOf("translation_strategy", [.. Translations.Select(pair => pair.Word), ""]) is not { Length: > 0 } word)
        {
            return OtlpTranslation.UnderscoreEscapingWithSuffixes;
        }
        var translation = Array.Find(Translations, pair => pair.Word == word).Translation;
        if (validation == NameValidation.Legacy && translation is (OtlpTranslation.NoUtf8EscapingWithSuffixes or OtlpTranslation.NoTranslation))
        {
            section.Error("translation_strategy", $"\"{word}\" keeps names that metric_name_validation_scheme: legacy refuses; write an Underscore… strategy, or utf8 there");
        }
        return translation;
    }

    static IReadOnlyList<string> ReadAttributes(YamlSection section, string key)
    {
        var names = new List<string>();
        foreach (var scalar in section.Scalars(key))
        {
            var name = scalar.Text.Trim();
            if (name.Length == 0) section.ErrorAt(scalar.Line, scalar.Column, key, "an empty name; write the name of a resource attribute");
            else if (names.Contains(name)) section.ErrorAt(scalar.Line, scalar.Column, key, $"\"{name}\" is written twice; keep one");
            else names.Add(name);
        }
        return names;
    }
}
