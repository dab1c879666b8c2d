using System.Text;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config.Yaml;

namespace Pharos.EndToEnd.Serving;

/// <summary>A service of a compose document that runs Prometheus' image: its command, or the image's own, and its mounts.</summary>
/// <param name="Mounts">Host path and path in the container; names of volumes are left out.</param>
sealed record ComposeService(string[] Command, IReadOnlyList<(string Host, string Container)> Mounts)
{
    /// <summary>What the image runs when the compose file says nothing.</summary>
    static readonly string[] ImageCommand = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"];

    /// <summary>The service of a YAML text, also when the text is only a part of a compose file; null when there is none.</summary>
    public static ComposeService? Find(string yaml)
    {
        if (Read(yaml) is not { } root) return null;
        var services = root.Find("services")?.Value as YamlMapping ?? root;
        foreach (var service in services.Entries.Select(entry => entry.Value).OfType<YamlMapping>())
        {
            if (service.Find("image")?.Value is not YamlScalar image || !image.Text.StartsWith("prom/prometheus", StringComparison.Ordinal)) continue;
            var command = Texts(service, "command");
            var mounts = Texts(service, "volumes").Select(mount => mount.Split(':')).Where(parts => parts[0].StartsWith('.') || parts[0].StartsWith('/')).Select(parts => (parts[0], parts[1]));
            return new(command.Count > 0 ? [.. command] : ImageCommand, [.. mounts]);
        }
        return null;
    }

    /// <summary>A YAML text as a mapping; null when it is none.</summary>
    public static YamlMapping? Read(string yaml)
    {
        var diagnostics = new List<Diagnostic>();
        return YamlReader.Read("snippet", Encoding.UTF8.GetBytes(yaml), diagnostics) as YamlMapping is { } root && diagnostics.Count == 0 ? root : null;
    }

    static List<string> Texts(YamlMapping service, string key) => service.Find(key)?.Value switch
    {
        YamlSequence list => [.. list.Items.OfType<YamlScalar>().Select(item => item.Text)],
        YamlScalar line => [.. line.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        _ => [],
    };
}
