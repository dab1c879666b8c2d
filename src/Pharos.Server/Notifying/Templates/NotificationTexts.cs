using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;
using Pharos.Query.GoTemplate.Execution;

namespace Pharos.Server.Notifying.Templates;

/// <summary>Expands the texts of one notification: all of them share its data and one budget of steps, text and time.</summary>
/// <remarks>
/// <para>Errors: <see cref="Text"/> and <see cref="Html"/> throw a <see cref="TemplateException"/> for each text that does not parse, does not fit the
/// data, or passes a limit. The texts of notifiers are taken by the methods of the other part, which let something stand in for them.</para>
/// <para>Limits: some seconds altogether, so that a notification with a template that never ends is still sent before the shortest deadline.</para>
/// <para>Threads: one.</para>
/// </remarks>
sealed partial class NotificationTexts
{
    static readonly TemplateLimits Limits = TemplateLimits.Default with { MaxTime = TimeSpan.FromSeconds(4) };

    readonly TemplateSet templates;
    readonly Lazy<TemplateValue> dot; // Most addresses are no templates, and a flood of alerts is made of ten thousand of its values.
    readonly IReadOnlyList<Label> routeLabels;
    readonly HashSet<string> expanding = new(StringComparer.Ordinal);
    TemplateRun run;

    public NotificationTexts(TemplateSet templates, Func<TemplateValue> dot, IReadOnlyList<Label> routeLabels, DateTimeOffset now, Func<string>? plain = null)
    {
        this.templates = templates;
        this.dot = new(dot, isThreadSafe: false);
        this.routeLabels = routeLabels;
        this.plain = plain ?? (() => "");
        Now = now;
        run = NewRun(Limits);
    }

    /// <summary>What the function <c>now</c> gives.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>A template as plain text.</summary>
    public string Text(string template) => template.Contains("{{", StringComparison.Ordinal) ? templates.With("", template).Execute("", dot.Value, run) : template;

    /// <summary>A template as HTML: what comes from alerts is escaped for the place where it lands.</summary>
    public string Html(string template) => template.Contains("{{", StringComparison.Ordinal) ? templates.With("", template).ExecuteHtml("", dot.Value, run) : template;

    /// <summary>All labels of the route, rendered. One that fails says so itself: the notification matters more than it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RouteLabels() => [.. routeLabels.Select(label => KeyValuePair.Create(label.Name, RouteText(label)))];

    string RouteText(Label label)
    {
        try
        {
            return Text(label.Value);
        }
        catch (TemplateException error)
        {
            var fault = $"route label {label.Name}: {error.Message}";
            if (!faults.Contains(fault)) faults.Add(fault);
            return $"<error expanding template: {error.Message}>";
        }
    }

    /// <summary>The rendered value of a label of the route; "" when the route has no such label.</summary>
    /// <exception cref="TemplateFunctionException">The label refers to itself, or its own template fails.</exception>
    internal string RouteLabel(string name)
    {
        if (routeLabels.FirstOrDefault(label => label.Name == name).Value is not { } text) return "";
        if (!expanding.Add(name)) throw new TemplateFunctionException($"route label {Model.Text.GoText.Quote(name)} refers to itself");
        try
        {
            return Text(text);
        }
        catch (TemplateException error)
        {
            throw new TemplateFunctionException(error.Message);
        }
        finally
        {
            expanding.Remove(name);
        }
    }

    /// <summary>The limit on time is about this machine's, also where alerts live on a virtual clock.</summary>
    TemplateRun NewRun(TemplateLimits limits) => new(limits, TimeProvider.System, this);
}
