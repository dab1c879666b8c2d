using Pharos.Model.Diagnostics;
using Pharos.Server.Alerting;
using Pharos.Server.Config;

namespace Pharos.Tests.Server.Alerting;

/// <summary>Reads alertmanager.yml texts for tests.</summary>
static class AlertmanagerFiles
{
    public static (AlertmanagerFileConfig? Config, IReadOnlyList<string> Told) Read(string yaml, bool strict = false, Func<string, string?>? environment = null)
    {
        var folder = Directory.CreateTempSubdirectory("pharos-alertmanager-");
        try
        {
            var path = Path.Combine(folder.FullName, "alertmanager.yml");
            File.WriteAllText(path, yaml);
            var source = new ConfigSource { IsStrict = strict, Environment = environment ?? (_ => null) };
            var config = AlertmanagerFileReader.Read(source, path);
            return (config, [.. source.InOrder().Where(told => told.Severity != Severity.Info).Select(told => told.ToString().Replace(path, "alertmanager.yml", StringComparison.Ordinal))]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A file without a fault.</summary>
    public static AlertmanagerFileConfig Good(string yaml)
    {
        var (config, told) = Read(yaml);
        Assert.Empty(told);
        return config!;
    }
}
