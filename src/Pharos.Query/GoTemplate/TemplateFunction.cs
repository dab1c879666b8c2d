using System.Collections.Frozen;

namespace Pharos.Query.GoTemplate;

/// <summary>What a template function does. It refuses its arguments by <see cref="TemplateFunctionException"/>.</summary>
public delegate TemplateValue TemplateFunctionBody(TemplateValue[] arguments, TemplateRun run);

/// <summary>A function that templates can call, with the types that its arguments must have.</summary>
/// <param name="Parameters">One type per argument; <see cref="TemplateType.Any"/> takes everything.</param>
/// <param name="IsVariadic">The last parameter may occur any number of times, also not at all.</param>
public sealed record TemplateFunction(string Name, TemplateType[] Parameters, bool IsVariadic, TemplateFunctionBody Body)
{
    public static TemplateFunction Of(string name, TemplateFunctionBody body, params TemplateType[] parameters) => new(name, parameters, false, body);

    public static TemplateFunction Variadic(string name, TemplateFunctionBody body, params TemplateType[] parameters) => new(name, parameters, true, body);

    /// <summary>From text to text: <c>toUpper</c> and its many kin.</summary>
    public static TemplateFunction OfText(string name, Func<string, string> body) =>
        Of(name, (arguments, _) => TemplateValue.From(body(arguments.Text(0))), TemplateType.String);
}

/// <summary>Functions by name: Go's builtins and what a product adds (Prometheus' set, Alertmanager's set).</summary>
/// <remarks>A name given here takes the place of a builtin, as in Go. Immutable.</remarks>
public sealed class TemplateFunctionSet
{
    readonly FrozenDictionary<string, TemplateFunction> functions;

    public TemplateFunctionSet(IEnumerable<TemplateFunction> added)
    {
        var byName = new Dictionary<string, TemplateFunction>(StringComparer.Ordinal);
        foreach (var function in Builtins.All.Concat(added)) byName[function.Name] = function;
        functions = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Only what Go itself brings.</summary>
    public static TemplateFunctionSet GoOnly { get; } = new([]);

    public TemplateFunction? Find(string name) => functions.GetValueOrDefault(name);
}

/// <summary>Reads arguments whose types the evaluator has checked.</summary>
public static class TemplateArguments
{
    public static string Text(this TemplateValue[] arguments, int index) => ((StringValue)arguments[index]).Value;

    public static long Whole(this TemplateValue[] arguments, int index) => ((IntValue)arguments[index]).Value;
}
