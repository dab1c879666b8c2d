using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying;

/// <summary>Reads the receivers of alertmanager.yml, what <c>global</c> gives to all of them, and the templates.</summary>
sealed class NotifyingPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Alertmanager;

    public void Read(FileReading file)
    {
        var receivers = ReadReceivers(file.Root, GlobalReceiverConfig.Read(file.Root.Shared("global")));
        var templates = ReadTemplates(file.Root);
        TemplateFaults.Tell(file.Root, templates);
        file.Add(new NotifyingConfig { Receivers = receivers, Templates = templates });
    }

    static IReadOnlyList<ReceiverConfig> ReadReceivers(YamlSection root, GlobalReceiverConfig global)
    {
        var receivers = new List<ReceiverConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in root.Sections("receivers", "receiver"))
        {
            var name = section.Text("name", "");
            if (name.Length == 0) section.Error("name is missing; routes need one to name the receiver by");
            else if (!names.Add(name)) section.Error("name", $"\"{name}\" is the name of another receiver already; rename one");
            var integrations = new List<ReceiverIntegration>();
            foreach (var kind in NotifierCatalogue.All)
            {
                var index = 0;
                foreach (var item in section.Sections(kind.Key, $"{kind.Name} receiver")) integrations.Add(new(kind, index++, kind.Read(item, global)));
            }
            receivers.Add(new(name, section.Labels("labels"), integrations));
            section.Close();
        }
        return receivers;
    }

    static NotificationTemplates ReadTemplates(YamlSection root)
    {
        var files = new List<string>();
        foreach (var pattern in root.Texts("templates"))
        {
            var resolved = ConfigPaths.ResolvePattern(root, "templates", pattern);
            var reached = ConfigPaths.Glob(resolved);
            if (reached.Count == 0) root.Warn("templates", $"\"{pattern}\" reaches no file; create one, or remove the line");
            files.AddRange(reached);
        }
        return NotificationTemplates.Load([.. files.Distinct(StringComparer.Ordinal)], root.Source.Diagnostics);
    }
}
