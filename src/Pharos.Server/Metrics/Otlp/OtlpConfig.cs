using Pharos.Server.Config;

namespace Pharos.Server.Metrics.Otlp;

/// <summary>How names of OTLP metrics become names here.</summary>
enum OtlpTranslation
{
    UnderscoreEscapingWithSuffixes,
    UnderscoreEscapingWithoutSuffixes,
    NoUtf8EscapingWithSuffixes,
    NoTranslation,
}

/// <summary>The <c>otlp</c> section.</summary>
sealed record OtlpConfig : ISettings<OtlpConfig>
{
    public static OtlpConfig Default { get; } = new();

    public bool PromoteAllResourceAttributes { get; init; }

    public IReadOnlyList<string> PromoteResourceAttributes { get; init; } = [];

    /// <summary>Only with <see cref="PromoteAllResourceAttributes"/>.</summary>
    public IReadOnlyList<string> IgnoreResourceAttributes { get; init; } = [];

    public OtlpTranslation Translation { get; init; } = OtlpTranslation.UnderscoreEscapingWithSuffixes;

    public bool KeepIdentifyingResourceAttributes { get; init; }

    public bool ConvertHistogramsToNhcb { get; init; }

    public bool PromoteScopeMetadata { get; init; }

    public bool LabelNameUnderscoreSanitization { get; init; } = true;

    public bool LabelNamePreserveMultipleUnderscores { get; init; } = true;
}
