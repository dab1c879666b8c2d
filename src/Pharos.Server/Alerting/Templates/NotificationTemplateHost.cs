using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;

namespace Pharos.Server.Alerting.Templates;

/// <summary>What the functions of one notification's template work on.</summary>
/// <param name="Expand">Executes a route label's text as a template with the same dot and the same budget.</param>
sealed record NotificationTemplateHost(DateTimeOffset Now, IReadOnlyList<Label> RouteLabels, Func<string, TemplateRun, string> Expand)
{
    readonly HashSet<string> expanding = new(StringComparer.Ordinal);

    /// <summary>The rendered value of a label of the route; "" when the route has no such label.</summary>
    /// <exception cref="TemplateFunctionException">The label refers to itself, or its own template fails.</exception>
    public string RouteLabel(string name, TemplateRun run)
    {
        var text = RouteLabels.FirstOrDefault(label => label.Name == name).Value;
        if (text is null) return "";
        if (!expanding.Add(name)) throw new TemplateFunctionException($"route label {Model.Text.GoText.Quote(name)} refers to itself");
        try
        {
            return Expand(text, run);
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
