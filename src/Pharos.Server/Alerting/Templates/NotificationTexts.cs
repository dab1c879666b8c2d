using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;

namespace Pharos.Server.Alerting.Templates;

/// <summary>Expands the texts of one notification: all of them share its data and one budget of steps, text and time.</summary>
/// <remarks>Errors: <see cref="TemplateException"/> from each text that does not parse, does not fit the data, or passes a limit. Threads: one.</remarks>
sealed class NotificationTexts
{
    readonly TemplateSet templates;
    readonly Lazy<TemplateValue> dot; // Most addresses are no templates, and a flood of alerts is made of ten thousand of its values.
    readonly IReadOnlyList<Label> routeLabels;
    readonly TemplateRun run;
    readonly HashSet<string> expanding = new(StringComparer.Ordinal);

    public NotificationTexts(TemplateSet templates, Func<TemplateValue> dot, IReadOnlyList<Label> routeLabels, DateTimeOffset now, CancellationToken cancellation)
    {
        this.templates = templates;
        this.dot = new(dot, isThreadSafe: false);
        this.routeLabels = routeLabels;
        Now = now;
        // The limit on time is about this machine's, also where alerts live on a virtual clock.
        run = new(TemplateLimits.Default, TimeProvider.System, this, cancellation);
    }

    /// <summary>What the function <c>now</c> gives.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>A template as plain text.</summary>
    public string Text(string template) => template.Contains("{{", StringComparison.Ordinal) ? templates.With("", template).Execute("", dot.Value, run) : template;

    /// <summary>A template as HTML: what comes from alerts is escaped for the place where it lands.</summary>
    public string Html(string template) => template.Contains("{{", StringComparison.Ordinal) ? templates.With("", template).ExecuteHtml("", dot.Value, run) : template;

    /// <summary>A template that must become a whole number, such as a chat's id; null when it does not.</summary>
    public long? Whole(string template) => long.TryParse(Text(template), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>All labels of the route, rendered. One that fails says so itself: the notification matters more than it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RouteLabels() => [.. routeLabels.Select(label => KeyValuePair.Create(label.Name, RouteText(label.Value)))];

    string RouteText(string template)
    {
        try
        {
            return Text(template);
        }
        catch (TemplateException error)
        {
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
}
