using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;
using Pharos.Query.GoTemplate.Execution;
using Pharos.Server.Rules.Templates;

namespace Pharos.Conformance.Templates;

/// <summary>The text templates of Prometheus' own test tables. Console templates (<c>html</c>) are not a feature of rules.</summary>
public class PrometheusTemplateTests
{
    const long EvaluationMs = 1_353_755_652_000;

    [Fact]
    public void Every_text_template_expands_as_in_Prometheus()
    {
        var failures = new List<string>();
        foreach (var line in File.ReadLines(Corpus.Path("templates", "prometheus-vectors.jsonl")))
        {
            var vector = JsonDocument.Parse(line).RootElement;
            if (vector.GetProperty("html").GetBoolean()) continue;
            var text = vector.GetProperty("text").GetString()!;
            var (output, error) = Expand(vector, text);
            if (vector.TryGetProperty("should_fail", out var fails) && fails.GetBoolean())
            {
                var expected = vector.GetProperty("error_contains").GetString()!.Split(": ", 2)[1]; // The first part is the expander's own.
                if (error?.Contains(expected, StringComparison.Ordinal) != true) failures.Add($"{text}\n  expected error {expected}\n  got {output ?? error}");
            }
            else if (output != vector.GetProperty("output").GetString())
            {
                failures.Add($"{text}\n  expected {vector.GetProperty("output")}\n  got {output ?? error}");
            }
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    static (string? Output, string? Error) Expand(JsonElement vector, string text)
    {
        var samples = vector.TryGetProperty("query_result", out var given) && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().Select(ReadSample).ToArray()
            : [];
        var host = new RuleTemplateHost(EvaluationMs, "http://testhost:9090/path/prefix", (_, _, _) => samples);
        var data = vector.TryGetProperty("input", out var input) ? ReadValue(input) : TemplateValue.Nil;
        try
        {
            var set = TemplateSet.Empty(PrometheusFunctions.Set).With("test", text);
            return (set.Execute("test", data, new(TemplateLimits.Default, TimeProvider.System, host, TestContext.Current.CancellationToken)), null);
        }
        catch (TemplateException error)
        {
            return (null, error.Message);
        }
    }

    static TemplateSample ReadSample(JsonElement sample) => new(
        LabelSet.From(sample.GetProperty("labels").EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString()!))),
        TemplateValue.From(sample.GetProperty("value").GetDouble()));

    static TemplateValue ReadValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => TemplateValue.From(value.GetDouble()),
        JsonValueKind.String => TemplateValue.From(value.GetString()!),
        JsonValueKind.Array => new ListValue([.. value.EnumerateArray().Select(ReadValue)], TemplateType.AnyList),
        JsonValueKind.Object => new MapValue(value.EnumerateObject().Select(member => (member.Name, ReadValue(member.Value))), TemplateType.AnyMap),
        _ => TemplateValue.Nil,
    };
}
