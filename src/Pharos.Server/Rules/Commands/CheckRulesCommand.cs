using System.CommandLine;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;

namespace Pharos.Server.Rules.Commands;

/// <summary><c>pharos check rules FILE…</c>: every fault of rule files, with its place.</summary>
static class CheckRulesCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file") { Arity = ArgumentArity.OneOrMore, Description = "Rule files." };
        var ignore = new Option<bool>("--ignore-unknown-fields") { Description = "Takes keys that are not known." };
        var fatal = new Option<bool>("--lint-fatal") { Description = "Rules that are written twice are faults, not warnings." };
        var command = new Command("rules", "Checks rule files: YAML, expressions, templates, duplicates. Exit code 1: a fault; 3: a rule twice with --lint-fatal.") { files, ignore, fatal };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(files), parsed.GetValue(ignore), parsed.GetValue(fatal), Console.Out));
        return command;
    }

    internal static int Run(IReadOnlyList<string> files, bool ignoreUnknownKeys, bool lintIsFatal, TextWriter output)
    {
        var failed = false;
        var hasDuplicates = false;
        foreach (var path in files)
        {
            var source = new ConfigSource { IsStrict = true };
            var file = RuleFileReader.Read(source, Path.GetFullPath(path), NameValidation.Utf8, ignoreUnknownKeys);
            var duplicates = source.HasErrors ? [] : Duplicates(file);
            foreach (var diagnostic in source.Diagnostics.Concat(duplicates)) output.WriteLine(diagnostic);
            if (source.HasErrors) failed = true;
            else output.WriteLine($"{path}: {file.Groups.Sum(group => group.Rules.Count)} rules found");
            hasDuplicates |= duplicates.Count > 0;
        }
        return failed ? 1 : hasDuplicates && lintIsFatal ? 3 : 0;
    }

    /// <summary>Rules of the same name and labels, of which at most one can be right: both write, or tell of, the same series.</summary>
    static List<Diagnostic> Duplicates(RuleFileConfig file)
    {
        var seen = new Dictionary<(bool, string, Model.Labels.LabelSet), RuleConfig>();
        var duplicates = new List<Diagnostic>();
        foreach (var group in file.Groups)
        {
            foreach (var rule in group.Rules)
            {
                var name = rule.IsAlert ? rule.Alert : rule.Record;
                var key = (rule.IsAlert, name, Model.Labels.LabelSet.From(rule.LabelsOver(group.Labels)));
                if (seen.TryAdd(key, rule)) continue;
                duplicates.Add(Diagnostic.Warning(
                    ConfigSource.Show(file.Path), rule.Line, rule.Column,
                    $"{(rule.IsAlert ? "alert" : "record")} {name} is written with the same labels in line {seen[key].Line} too; give one of them another name or label"));
            }
        }
        return duplicates;
    }
}
