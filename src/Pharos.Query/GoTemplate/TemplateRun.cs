namespace Pharos.Query.GoTemplate;

/// <summary>One execution of a template: what it may still spend, and what its functions need from outside.</summary>
/// <remarks>
/// Used by one thread, for one execution, or for several that share one budget. <see cref="Host"/> is what a product's functions work on
/// (evaluation time, queries); the language does not know it.
/// </remarks>
public sealed class TemplateRun
{
    readonly TemplateLimits limits;
    readonly TimeProvider time;
    readonly CancellationToken cancellation;
    readonly long started;
    int steps;
    long builtChars;

    public TemplateRun(TemplateLimits limits, TimeProvider time, object? host = null, CancellationToken cancellation = default)
    {
        this.limits = limits;
        this.time = time;
        this.cancellation = cancellation;
        Host = host;
        started = time.GetTimestamp();
    }

    public object? Host { get; }

    public TemplateLimits Limits => limits;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Counts work, and looks at the clock now and then.</summary>
    /// <exception cref="TemplateFunctionException">Too many steps, or too long.</exception>
    public void Step(int count = 1)
    {
        var before = steps;
        steps += count;
        if (steps > limits.MaxSteps || steps < 0) throw new TemplateFunctionException($"exceeded the limit of {limits.MaxSteps} steps");
        if (before >> 8 != steps >> 8) CheckTime();
    }

    /// <summary>Counts a text that was built.</summary>
    /// <exception cref="TemplateFunctionException">Too much text in all.</exception>
    public void Built(int chars)
    {
        builtChars += chars;
        if (builtChars > limits.MaxBuiltChars) throw new TemplateFunctionException($"exceeded the limit of {limits.MaxBuiltChars} characters of text in memory");
    }

    /// <summary>Room for one text, for builders that must stop while building.</summary>
    internal int RemainingChars => (int)Math.Max(0, limits.MaxBuiltChars - builtChars);

    void CheckTime()
    {
        cancellation.ThrowIfCancellationRequested();
        if (time.GetElapsedTime(started) > limits.MaxTime) throw new TemplateFunctionException($"exceeded the limit of {limits.MaxTime.TotalSeconds:0.###} s");
    }
}
