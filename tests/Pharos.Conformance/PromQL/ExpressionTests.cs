using System.Text.Json;
using System.Text.RegularExpressions;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Conformance.PromQL;

/// <summary>Thousands of expressions from real rule files and dashboards: each parses, prints, and parses back to the same tree.</summary>
public sealed class ExpressionTests
{
    [Fact]
    public void Expressions_of_rule_files_parse_and_print_back() => Check(Lines("expressions", "expressions.txt"), expr => [expr]);

    [Fact]
    public void Expressions_of_dashboards_parse_after_their_variables_are_filled_in() => Check(Lines("expressions", "dashboard-expressions.txt"), expr => [Interpolate(expr, "x"), Interpolate(expr, "5"), Interpolate(expr, "sum"), Interpolate(expr, "=~")]);

    static IEnumerable<string> Lines(params string[] parts)
    {
        foreach (var line in File.ReadLines(Corpus.Path(parts)))
        {
            if (line.Length == 0 || line[0] != '{') continue;
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.TryGetProperty("dialect", out var dialect) && dialect.GetString() is not (null or "promql")) continue;
            yield return root.GetProperty("expr").GetString()!;
        }
    }

    static void Check(IEnumerable<string> expressions, Func<string, string[]> prepare)
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var original in expressions)
        {
            var candidates = prepare(original);
            var text = candidates.FirstOrDefault(IsPromQl, candidates[0]); // A variable may stand for a name, a number, a function or an operator.
            count++;
            try
            {
                var tree = PromQlEngine.Parse(text);
                var printed = tree.ToString();
                if (!tree.Equals(PromQlEngine.Parse(printed))) failures.Add($"changed by printing: {text}\n  to {printed}");
                var pretty = PromQlPrinter.Pretty(tree);
                if (!tree.Equals(PromQlEngine.Parse(pretty))) failures.Add($"changed by layout: {text}\n  to {pretty}");
            }
            catch (PromQlSyntaxException error)
            {
                if (!IsAnotherLanguage(text)) failures.Add($"{error.Message}\n  in {text}");
            }
        }
        Assert.True(count > 100, $"only {count} expressions were read");
        Assert.True(failures.Count == 0, $"{failures.Count} of {count}:\n{string.Join('\n', failures.Take(40))}");
    }

    /// <summary>The corpora hold some LogQL and vendor dialects; these marks are no PromQL.</summary>
    static bool IsAnotherLanguage(string text) => Regex.IsMatch(text, @"\|=|\|~|\|\s*(json|logfmt|line_format|pattern|unwrap|\w+\s*=)|count_over_time\(\s*\(?\{|rate\(\s*\(?\{[^}]*\}\s*(\[|\|)[^)]*\|")
        || Regex.IsMatch(text, @"\bkeep_metric_names\b|\bdefault\b|\bif\b|\bifnot\b|\bWITH\s*\(|\blabel_set\(|\brange_normalize|\[\s*\]|\bincrease_prometheus|\blabel_values\(|\blimit\s+\d|\bbytes_over_time\(")
        || Regex.IsMatch(text, @"\* 8\[5m\]|\{x,x\}|^sum\(\w+:rate5m\{[^}]*\}\[5m\]\)$"); // Faults of the dashboards themselves: a range of a product, bare label lists, a sum of ranges.

    static bool IsPromQl(string text)
    {
        try
        {
            PromQlEngine.Parse(text);
            return true;
        }
        catch (PromQlSyntaxException)
        {
            return false;
        }
    }

    static string Interpolate(string text, string value)
    {
        text = Regex.Replace(text, @"\$__(rate_interval|interval|range|interval_ms|range_s|range_ms)\b|\$\{__(rate_interval|interval|range)(:\w+)?\}", "5m");
        text = Regex.Replace(text, @"\[\s*(\$\w+|\$\{[^}]+\}|\[\[\w+\]\])", "[5m");
        text = Regex.Replace(text, @":\s*(\$\w+|\$\{[^}]+\})\s*\]", ":5m]");
        text = Regex.Replace(text, @"offset\s+(\$\w+|\$\{[^}]+\})", "offset 5m");
        return Regex.Replace(text, @"\$\{[^}]+\}|\[\[[^\]]+\]\]|\$\w+", value);
    }
}
