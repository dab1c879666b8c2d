using System.CommandLine;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Hosting.Loading;

namespace Pharos.Server.Hosting.Commands;

/// <summary><c>pharos check config</c> and <c>check web-config</c>. Exit code 1 when anything cannot be used.</summary>
static class CheckConfigCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("path") { Arity = ArgumentArity.OneOrMore, Description = "Configuration folders or prometheus.yml files." };
        var command = new Command("config", "Checks configurations with all files they refer to; tells every fault at once.") { paths };
        command.SetAction(parsed => Report(Console.Out, [.. parsed.GetRequiredValue(paths).SelectMany(CheckConfig)], parsed.GetRequiredValue(paths)));
        return command;
    }

    public static Command CreateForWeb()
    {
        var paths = new Argument<string[]>("file") { Arity = ArgumentArity.OneOrMore, Description = "web.yml files." };
        var command = new Command("web-config", "Checks files with TLS and login settings (--web.config.file).") { paths };
        command.SetAction(parsed => Report(Console.Out, [.. parsed.GetRequiredValue(paths).SelectMany(CheckWeb)], parsed.GetRequiredValue(paths)));
        return command;
    }

    static IReadOnlyList<Diagnostic> CheckConfig(string path)
    {
        var full = Path.GetFullPath(path);
        var options = Directory.Exists(full) ? new ServeOptions { Folder = full } : new ServeOptions { ConfigFile = full };
        return new ConfigLoader(options) { IsStrict = true }.Load().Diagnostics;
    }

    static IReadOnlyList<Diagnostic> CheckWeb(string path)
    {
        var source = new ConfigSource { IsStrict = true };
        new ConfigReading(source, ConfigParts.All).Read(ConfigFile.Web, path);
        return source.InOrder();
    }

    /// <summary>Each message in a line of its own, and a last line that counts.</summary>
    internal static int Report(TextWriter output, IReadOnlyList<Diagnostic> diagnostics, IReadOnlyList<string> paths)
    {
        foreach (var diagnostic in diagnostics.Distinct()) output.WriteLine(diagnostic);
        var errors = diagnostics.Distinct().Count(diagnostic => diagnostic.Severity == Severity.Error);
        var warnings = diagnostics.Distinct().Count(diagnostic => diagnostic.Severity == Severity.Warning);
        var judged = string.Join(", ", paths);
        output.WriteLine(errors == 0 ? $"{judged}: valid{(warnings > 0 ? $", {warnings} warnings" : "")}" : $"{judged}: {errors} errors, {warnings} warnings");
        return errors == 0 ? 0 : 1;
    }
}
