using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Pharos.AspNetCore;

namespace Pharos.Tests.AspNetCore;

/// <summary>The tables of settings in <c>docs/application</c>, held against the settings that there are.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void Every_setting_in_the_documentation_is_read()
    {
        var keys = DocumentedKeys().ToList();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(keys.Select(key => KeyValuePair.Create(key, (string?)"1"))).Build();

        var faults = PharosOptions.Read(configuration, new HostApplicationBuilder().Environment, configure: null).Faults;

        Assert.True(keys.Count > 70, $"only {keys.Count} settings were found");
        Assert.DoesNotContain(faults, fault => fault.Contains("unknown key", StringComparison.Ordinal) || fault.Contains("stand below it", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_setting_there_is_stands_in_the_documentation()
    {
        var documented = DocumentedKeys().ToHashSet(StringComparer.Ordinal);
        var missing = typeof(PharosOptions).GetProperties().Where(part => part.PropertyType.Namespace!.StartsWith("Pharos.", StringComparison.Ordinal) && part.Name != nameof(PharosOptions.Redaction))
            .SelectMany(part => part.PropertyType.GetProperties().Where(setting => !setting.PropertyType.IsAssignableTo(typeof(Delegate))).Select(setting => $"Pharos:{part.Name}:{setting.Name}"))
            .Where(key => !documented.Any(known => known == key || known.StartsWith($"{key}:", StringComparison.Ordinal)));

        Assert.Empty(missing);
    }

    /// <summary>The first column of each table below a heading such as <c>## Settings: `Pharos:Logs`</c>; names of the user's own stand in capitals.</summary>
    static IEnumerable<string> DocumentedKeys()
    {
        foreach (var page in Directory.GetFiles(Folder(), "*.md"))
        {
            var (section, isTable) = ("", false);
            foreach (var line in File.ReadLines(page))
            {
                if (line.StartsWith("## ", StringComparison.Ordinal)) section = Regex.Match(line, "^## .*`(Pharos:[A-Za-z]+)`$").Groups[1].Value;
                isTable = line.StartsWith("| key |", StringComparison.Ordinal) || (isTable && line.StartsWith('|'));
                if (section.Length == 0 || !isTable) continue;
                var last = "";
                foreach (Match token in Regex.Matches(line.Split(" | ")[0], "`([^`]+)`"))
                {
                    var key = token.Groups[1].Value;
                    last = key[0] == ':' ? last[..last.LastIndexOf(':')] + key : key; // ":Help" stands beside what is before it.
                    yield return $"{section}:{last}";
                }
            }
        }
    }

    static string Folder([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs", "application"));
}
