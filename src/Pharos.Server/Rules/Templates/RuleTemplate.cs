using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;
using Pharos.Query.GoTemplate.Execution;

namespace Pharos.Server.Rules.Templates;

/// <summary>The text of one label or annotation of an alerting rule, parsed once and expanded for each of its alerts.</summary>
/// <remarks>
/// <para>Errors: a text that does not parse or execute never stops an alert: it reads
/// <c>&lt;error expanding template: …&gt;</c>, as in Prometheus, and <see cref="Fault"/> or the out parameter tells of it.</para>
/// <para>Threads: immutable, safe for all.</para>
/// </remarks>
sealed class RuleTemplate
{
    /// <summary>What Prometheus puts before each text, which moves the columns in its messages by as much.</summary>
    const string Definitions =
        "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

    readonly string name;
    readonly string? literal;
    readonly TemplateSet? templates;

    public RuleTemplate(string alertName, string text)
    {
        name = $"__alert_{alertName}";
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            literal = text; // Most labels are plain words, and need no run.
            return;
        }
        try
        {
            templates = TemplateSet.Empty(PrometheusFunctions.Set).With(name, Definitions + text);
        }
        catch (TemplateSyntaxException error)
        {
            Fault = error;
        }
    }

    /// <summary>Why the text does not parse; null when it does.</summary>
    public TemplateSyntaxException? Fault { get; }

    /// <summary>The column in the text as it was written, 0-based in bytes, of a column that a message names.</summary>
    public static int OwnColumn(TemplateException error) => error.Line > 1 ? error.Column : Math.Max(0, error.Column - Definitions.Length);

    /// <param name="error">What went wrong; null when nothing did.</param>
    public string Expand(TemplateValue data, RuleTemplateHost host, TimeProvider time, CancellationToken cancellation, out string? error)
    {
        error = null;
        if (literal is not null) return literal;
        if (Fault is null)
        {
            try
            {
                return templates!.Execute(name, data, new(TemplateLimits.Default, time, host, cancellation));
            }
            catch (TemplateExecutionException failure)
            {
                error = $"error executing template {name}: {failure.Message}";
            }
        }
        error ??= $"error parsing template {name}: {Fault!.Message}";
        return $"<error expanding template: {error}>";
    }
}

/// <summary>The dot of a rule's template.</summary>
sealed class RuleTemplateData(LabelSet labels, LabelSet externalLabels, string externalUrl, TemplateValue value)
{
    static readonly TemplateType Type =
        new TemplateType("struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }", TemplateKind.Struct)
            .Field<RuleTemplateData>("Labels", data => data.labels.Value)
            .Field<RuleTemplateData>("ExternalLabels", data => data.externalLabels)
            .Field<RuleTemplateData>("ExternalURL", data => data.externalUrl)
            .Field<RuleTemplateData>("Value", data => data.value);

    readonly Lazy<MapValue> labels = new(() => TemplateSample.ToMap(labels), LazyThreadSafetyMode.None);
    readonly MapValue externalLabels = TemplateSample.ToMap(externalLabels);
    readonly TemplateValue externalUrl = TemplateValue.From(externalUrl);
    readonly TemplateValue value = value;

    public TemplateValue AsValue() => new StructValue(this, Type);
}
