using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;

namespace Pharos.Query.GoTemplate;

/// <summary>Functions over texts that Prometheus' and Alertmanager's templates share.</summary>
public static class TextFunctions
{
    public static IReadOnlyList<TemplateFunction> All { get; } =
    [
        TemplateFunction.OfText("toUpper", GoCase.ToUpper),
        TemplateFunction.OfText("toLower", GoCase.ToLower),
        TemplateFunction.Of("match", (arguments, _) => TemplateValue.From(Compile(arguments.Text(0)).IsMatch(arguments.Text(1))), TemplateType.String, TemplateType.String),
        TemplateFunction.Of(
            "reReplaceAll", (arguments, run) => TemplateValue.From(ReplaceAll(arguments.Text(0), arguments.Text(1), arguments.Text(2), run)),
            TemplateType.String, TemplateType.String, TemplateType.String),
    ];

    static string ReplaceAll(string pattern, string replacement, string text, TemplateRun run)
    {
        // The longest it can become: a match at every character, and each $ of the replacement standing for the whole text once.
        var longest = ((text.Length + 1L) * (replacement.Length + 1)) + ((long)text.Length * replacement.AsSpan().Count('$'));
        if (longest > 4L * run.Limits.MaxBuiltChars) throw new TemplateFunctionException("text and replacement are too long to be replaced");
        return Compile(pattern).ReplaceAll(text, replacement);
    }

    static Re2 Compile(string pattern)
    {
        try
        {
            return Re2.Compile(pattern);
        }
        catch (Re2SyntaxException error)
        {
            throw new TemplateFunctionException(error.Message);
        }
    }
}
