using System.Collections.Immutable;
using Pharos.Query.GoTemplate.Html;

namespace Pharos.Query.GoTemplate.Execution;

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

    /// <summary>What is wrong with one more text, as far as can be told without data: it does not parse, or calls templates that neither it nor this set has.</summary>
    public IReadOnlyList<TemplateFault> FaultsOf(string name, string text)
    {
        try
        {
            var own = TemplateParser.Parse(name, text, functions);
            return
            [
                .. own.Values
                    .SelectMany(template => CallsIn(template.Body).Select(call => (template, call)))
                    .Where(one => !own.ContainsKey(one.call.Name) && !templates.ContainsKey(one.call.Name))
                    .Select(one => (Place: one.template.LocationOf(one.call.Position), Reason: $"template {Model.Text.GoText.Quote(one.call.Name)} not defined"))
                    .Select(fault => new TemplateFault(fault.Place.Line, fault.Place.Column, fault.Reason)),
            ];
        }
        catch (TemplateSyntaxException error)
        {
            return [new(error.Line, error.Column, error.Reason)];
        }
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

    static IEnumerable<CallTemplateNode> CallsIn(TemplateNode? node) => node switch
    {
        ListNode list => list.Nodes.SelectMany(CallsIn),
        BranchNode branch => CallsIn(branch.Body).Concat(CallsIn(branch.Otherwise)),
        CallTemplateNode call => [call],
        _ => [],
    };

    internal ParsedTemplate? Find(string name) => templates.GetValueOrDefault(name);
}

/// <summary>A place in a template's text and what is wrong there.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">In bytes, from 0.</param>
public readonly record struct TemplateFault(int Line, int Column, string Reason);
