using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>A node of a parsed template. <c>ToString</c> gives the text that error messages quote.</summary>
/// <param name="position">Index in the template's text, for messages.</param>
abstract class TemplateNode(int position)
{
    public int Position { get; } = position;
}

sealed class ListNode(int position, IReadOnlyList<TemplateNode> nodes) : TemplateNode(position)
{
    public IReadOnlyList<TemplateNode> Nodes { get; } = nodes;

    public override string ToString() => string.Concat(Nodes);
}

sealed class TextNode(int position, string text) : TemplateNode(position)
{
    public string Text { get; } = text;

    public override string ToString() => Text;
}

/// <summary>A pipeline whose value is printed, unless it declares variables.</summary>
sealed class ActionNode(int position, PipeNode pipe) : TemplateNode(position)
{
    public PipeNode Pipe { get; } = pipe;

    public override string ToString() => $"{{{{{Pipe}}}}}";
}

/// <summary><c>if</c>, <c>with</c> and <c>range</c>: a pipeline and two branches.</summary>
sealed class BranchNode(int position, BranchKind kind, PipeNode pipe, ListNode body, ListNode? otherwise) : TemplateNode(position)
{
    public BranchKind Kind { get; } = kind;

    public PipeNode Pipe { get; } = pipe;

    public ListNode Body { get; } = body;

    public ListNode? Otherwise { get; } = otherwise;

    /// <summary>Only its head: a message that quoted the branches would be long, and printing nested ones could exhaust the stack.</summary>
    public override string ToString()
    {
        var word = Kind switch { BranchKind.If => "if", BranchKind.With => "with", _ => "range" };
        return $"{{{{{word} {Pipe}}}}}";
    }
}

enum BranchKind
{
    If,
    With,
    Range,
}

sealed class BreakNode(int position) : TemplateNode(position)
{
    public override string ToString() => "{{break}}";
}

sealed class ContinueNode(int position) : TemplateNode(position)
{
    public override string ToString() => "{{continue}}";
}

/// <summary>The execution of another template with the pipeline's value as its dot.</summary>
sealed class CallTemplateNode(int position, string name, PipeNode? pipe) : TemplateNode(position)
{
    public string Name { get; } = name;

    public PipeNode? Pipe { get; } = pipe;

    public override string ToString() => Pipe is null ? $"{{{{template {GoText.Quote(Name)}}}}}" : $"{{{{template {GoText.Quote(Name)} {Pipe}}}}}";
}

/// <summary>Commands whose values flow from each to the next one's last argument.</summary>
sealed class PipeNode(int position, IReadOnlyList<VariableNode> variables, bool assigns, IReadOnlyList<CommandNode> commands) : TemplateNode(position)
{
    /// <summary>What the value is stored in; for <c>range</c> up to two.</summary>
    public IReadOnlyList<VariableNode> Variables { get; } = variables;

    /// <summary><c>=</c> and not <c>:=</c>.</summary>
    public bool Assigns { get; } = assigns;

    public IReadOnlyList<CommandNode> Commands { get; } = commands;

    public override string ToString()
    {
        var commandText = string.Join(" | ", Commands);
        return Variables.Count == 0 ? commandText : $"{string.Join(", ", Variables)} {(Assigns ? "=" : ":=")} {commandText}";
    }
}

/// <summary>A function, method or value, and its arguments.</summary>
sealed class CommandNode(int position, IReadOnlyList<TemplateNode> words) : TemplateNode(position)
{
    public IReadOnlyList<TemplateNode> Words { get; } = words;

    public override string ToString() => string.Join(' ', Words.Select(word => word is PipeNode ? $"({word})" : word.ToString()));
}

sealed class IdentifierNode(int position, TemplateFunction function) : TemplateNode(position)
{
    /// <summary>Found while parsing, as templates with unknown functions are refused.</summary>
    public TemplateFunction Function { get; } = function;

    public override string ToString() => Function.Name;
}

/// <summary>A variable and the fields behind it: <c>$x.Labels.job</c>.</summary>
sealed class VariableNode(int position, string name, IReadOnlyList<string> fields) : TemplateNode(position)
{
    /// <summary>With its <c>$</c>.</summary>
    public string Name { get; } = name;

    public IReadOnlyList<string> Fields { get; } = fields;

    public override string ToString() => Fields.Count == 0 ? Name : $"{Name}.{string.Join('.', Fields)}";
}

/// <summary>Fields of the dot: <c>.Labels.job</c>.</summary>
sealed class FieldNode(int position, IReadOnlyList<string> fields) : TemplateNode(position)
{
    public IReadOnlyList<string> Fields { get; } = fields;

    public override string ToString() => $".{string.Join('.', Fields)}";
}

/// <summary>Fields of anything else: <c>(query "up" | first).Labels</c>.</summary>
sealed class ChainNode(int position, TemplateNode target, IReadOnlyList<string> fields) : TemplateNode(position)
{
    public TemplateNode Target { get; } = target;

    public IReadOnlyList<string> Fields { get; } = fields;

    public override string ToString() => $"{(Target is PipeNode ? $"({Target})" : Target.ToString())}.{string.Join('.', Fields)}";
}

sealed class DotNode(int position) : TemplateNode(position)
{
    public override string ToString() => ".";
}

sealed class NilNode(int position) : TemplateNode(position)
{
    public override string ToString() => "nil";
}

sealed class BoolNode(int position, bool value) : TemplateNode(position)
{
    public bool Value { get; } = value;

    public override string ToString() => Value ? "true" : "false";
}

/// <summary>A number that may serve as whole, fractional or both, as in Go's untyped constants.</summary>
sealed class NumberNode(int position, string text, long? whole, double fractional, bool isIdealFloat) : TemplateNode(position)
{
    /// <summary>Null when the number has a fraction or is too large.</summary>
    public long? Whole { get; } = whole;

    public double Fractional { get; } = fractional;

    /// <summary>Written with a point or an exponent: a float where nothing else is asked for.</summary>
    public bool IsIdealFloat { get; } = isIdealFloat;

    public override string ToString() => text;
}

sealed class StringNode(int position, string quoted, string text) : TemplateNode(position)
{
    public string Text { get; } = text;

    public override string ToString() => quoted;
}
