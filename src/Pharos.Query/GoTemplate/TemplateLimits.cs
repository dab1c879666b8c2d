namespace Pharos.Query.GoTemplate;

/// <summary>How much one execution of a template may cost. Templates are written by users, and some by nobody friendly.</summary>
/// <remarks>A template that passes a limit fails with <see cref="TemplateExecutionException"/>, whose message names the limit.</remarks>
public sealed record TemplateLimits
{
    public static readonly TemplateLimits Default = new();

    /// <summary>Nodes evaluated, turns of loops included.</summary>
    public int MaxSteps { get; init; } = 1_000_000;

    /// <summary>Characters of output.</summary>
    public int MaxOutputChars { get; init; } = 1 << 20;

    /// <summary>Characters of all texts built on the way (<c>printf</c>, <c>reReplaceAll</c>), so that doubling one in a loop ends early.</summary>
    public int MaxBuiltChars { get; init; } = 16 << 20;

    /// <summary>Templates that call templates.</summary>
    public int MaxDepth { get; init; } = 1_000;

    /// <summary>Time from start to end, queries included.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(10);
}
