using System.Collections.Immutable;
using Pharos.Query.GoTemplate.Html;

namespace Pharos.Query.GoTemplate;

/// <summary>Templates that can call one another by name, parsed and ready to execute: Go's <c>text/template</c>.</summary>
/// <remarks>
/// <para>Semantics: Go 1.25's, option <c>missingkey=zero</c>, as Prometheus and Alertmanager use it. Not there: complex numbers, channels, iterator functions.</para>
/// <para>Limits: <see cref="TemplateLimits"/> for each execution; nesting of 500 in the text.</para>
/// <para>Threads: immutable, safe for all. Parse once, execute often.</para>
/// </remarks>
public sealed class TemplateSet
{
    readonly TemplateFunctionSet functions;
    readonly ImmutableDictionary<string, ParsedTemplate> templates;

    TemplateSet(TemplateFunctionSet functions, ImmutableDictionary<string, ParsedTemplate> templates)
    {
        this.functions = functions;
        this.templates = templates;
    }

    public static TemplateSet Empty(TemplateFunctionSet functions) => new(functions, ImmutableDictionary.Create<string, ParsedTemplate>(StringComparer.Ordinal));

    /// <summary>This set with the templates of one more text. A name given before is replaced, unless the new text is blank.</summary>
    /// <exception cref="TemplateSyntaxException">The text does not parse.</exception>
    public TemplateSet With(string name, string text)
    {
        var merged = templates.ToBuilder();
        foreach (var (defined, template) in TemplateParser.Parse(name, text, functions))
        {
            if (!template.IsEmpty || !merged.ContainsKey(defined)) merged[defined] = template;
        }
        return new(functions, merged.ToImmutable());
    }

    public bool Contains(string name) => templates.ContainsKey(name);

    /// <summary>Executes one template with that data as its dot.</summary>
    /// <exception cref="TemplateExecutionException">The template and the data do not fit, or a limit was passed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public string Execute(string name, TemplateValue data, TemplateRun run) => Execute(name, data, run, null);

    /// <summary>Executes one template into a page of HTML: what comes from data is escaped for the place where it lands, as Go's <c>html/template</c> does.</summary>
    /// <inheritdoc cref="Execute(string, TemplateValue, TemplateRun)" path="/exception"/>
    public string ExecuteHtml(string name, TemplateValue data, TemplateRun run) => Execute(name, data, run, new HtmlPlace());

    string Execute(string name, TemplateValue data, TemplateRun run, HtmlPlace? page)
    {
        if (!templates.TryGetValue(name, out var template)) throw new TemplateExecutionException($"template: no template {Model.Text.GoText.Quote(name)} associated with this set");
        return new TemplateEvaluator(this, run, page).Execute(template, data);
    }

    internal ParsedTemplate? Find(string name) => templates.GetValueOrDefault(name);
}
