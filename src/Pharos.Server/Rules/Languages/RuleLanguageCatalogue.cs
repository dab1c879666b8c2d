namespace Pharos.Server.Rules.Languages;

/// <summary>The languages of rules. A new one is a file beside, and a line here.</summary>
static class RuleLanguageCatalogue
{
    public static readonly IReadOnlyList<RuleLanguage> All = [PromQlRules.Language];

    /// <summary>Of groups that name none, and of what templates ask for.</summary>
    public static RuleLanguage Default => PromQlRules.Language;

    /// <summary>The language of that name, which has been checked.</summary>
    public static RuleLanguage Of(string name) => All.Single(language => language.Name == name);
}
