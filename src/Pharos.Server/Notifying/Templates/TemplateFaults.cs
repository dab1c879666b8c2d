using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Notifying.Templates;

/// <summary>Tells of templates in receivers and routes that will fail when they are needed: text that does not parse, functions and templates that do not exist.</summary>
/// <remarks>
/// <para>Who checks a file strictly is also told of those that fail with sample alerts (<see cref="SampleNotifications"/>).</para>
/// <para>Warnings, because Alertmanager takes such a file and fails each notification later; what else the receiver has goes on working.</para>
/// </remarks>
static class TemplateFaults
{
    public static void Tell(YamlSection root, NotificationTemplates templates)
    {
        if (root.Node is not YamlMapping file) return;
        foreach (var (receiver, index) in Items(file.Find("receivers")?.Value).Select((receiver, index) => (receiver as YamlMapping, index)))
        {
            foreach (var kind in NotifierCatalogue.All)
            {
                foreach (var (item, number) in Items(receiver?.Find(kind.Key)?.Value).Select((item, number) => (item, number)))
                {
                    Walk(root, templates, item, $"receivers[{index}].{kind.Key}[{number}]", kind.Key);
                }
            }
        }
        TellOfRoute(root, templates, file.Find("route")?.Value, "route");
    }

    static void TellOfRoute(YamlSection root, NotificationTemplates templates, YamlNode? route, string path)
    {
        if (route is not YamlMapping mapping) return;
        if (mapping.Find("labels")?.Value is YamlMapping labels) Walk(root, templates, labels, $"{path}.labels", "labels");
        foreach (var (child, index) in Items(mapping.Find("routes")?.Value).Select((child, index) => (child, index))) TellOfRoute(root, templates, child, $"{path}.routes[{index}]");
    }

    /// <param name="parent">The key below which the node stands.</param>
    static void Walk(YamlSection root, NotificationTemplates templates, YamlNode node, string path, string parent)
    {
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    if (entry.Key.Text == "http_config") continue; // No text of the client is a template.
                    if (entry.Value is YamlScalar scalar)
                    {
                        var isSecret = ReceiverSecrets.IsSecret(entry.Key.Text, parent);
                        Tell(root, templates, scalar, $"{path}.{entry.Key.Text}", isSecret, isHtml: entry.Key.Text == "html");
                    }
                    else Walk(root, templates, entry.Value, $"{path}.{entry.Key.Text}", entry.Key.Text);
                }
                break;
            case YamlSequence list:
                foreach (var (item, index) in list.Items.Select((item, index) => (item, index))) Walk(root, templates, item, $"{path}[{index}]", parent);
                break;
            case YamlScalar scalar:
                Tell(root, templates, scalar, path, isSecret: false, isHtml: false);
                break;
            default:
                break;
        }
    }

    static void Tell(YamlSection root, NotificationTemplates templates, YamlScalar scalar, string path, bool isSecret, bool isHtml)
    {
        var faults = templates.FaultsOf(scalar.Text);
        if (faults.Count == 0 && root.Source.IsStrict) TellOfSamples(root, templates, scalar, path, isSecret, isHtml);
        foreach (var fault in faults)
        {
            var (line, column) = scalar.PlaceOf(fault.Line, fault.Column + 1);
            var reason = isSecret ? "is no template that can be used" : $"template: {fault.Reason}"; // The reason quotes the text.
            root.Source.Diagnostics.Add(Diagnostic.Warning(ConfigSource.Show(root.File), line, column, $"{path}: {reason}"));
        }
    }

    /// <summary>The first sample that the text fails with; where a file of templates is at fault, the place is there.</summary>
    static void TellOfSamples(YamlSection root, NotificationTemplates templates, YamlScalar scalar, string path, bool isSecret, bool isHtml)
    {
        if (SampleNotifications.Failure(templates, scalar.Text, isHtml) is not (var sample, var error)) return;
        var theirs = templates.FileOf(error.Name);
        var isHere = theirs is null && error is { Name.Length: 0, Line: > 0 }; // Else it is in a default text that this one calls.
        var (line, column) = isHere ? scalar.PlaceOf(error.Line, error.Column + 1) : theirs is null ? (scalar.Line, scalar.Column) : (error.Line, error.Column + 1);
        var told = isSecret ? "fails" : $"fails: {error.Reason}"; // The reason quotes the text.
        var message = $"{path}: with {sample} the template {told}; guard it with {{{{ if }}}} or {{{{ with }}}}";
        root.Source.Diagnostics.Add(Diagnostic.Warning(ConfigSource.Show(theirs ?? root.File), line, column, message));
    }

    static IReadOnlyList<YamlNode> Items(YamlNode? node) => node is YamlSequence list ? list.Items : [];
}
