namespace Pharos.Query.GoTemplate;

/// <summary>A template that does not parse, or whose execution failed. The message is the one Go's <c>text/template</c> gives.</summary>
/// <remarks>Line is 1-based, column 0-based in UTF-8 bytes, as Go counts them in these messages.</remarks>
public abstract class TemplateException(string message, int line, int column) : Exception(message)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}

/// <summary>The text is not a template: <c>template: NAME:LINE: unexpected "}" in operand</c>.</summary>
/// <param name="reason">The message without its <c>template: NAME:LINE: </c> in front.</param>
public sealed class TemplateSyntaxException(string name, int line, int column, string reason)
    : TemplateException($"template: {name}:{line}: {reason}", line, column)
{
    public string Reason { get; } = reason;
}

/// <summary>A template that parsed could not be executed with this data, or passed one of its limits.</summary>
/// <param name="name">Of the text that the place is in; "" for one without a name.</param>
public sealed class TemplateExecutionException(string message, int line = 0, int column = 0, string name = "") : TemplateException(message, line, column)
{
    public string Name { get; } = name;

    /// <summary>The message without its <c>template: NAME:LINE:COLUMN: </c> in front.</summary>
    public string Reason => Message.StartsWith($"template: {Name}:{Line}:{Column}: ", StringComparison.Ordinal) ? Message[$"template: {Name}:{Line}:{Column}: ".Length..] : Message;
}

/// <summary>Thrown by the body of a template function to refuse its arguments; the evaluator says where.</summary>
public sealed class TemplateFunctionException(string message) : Exception(message);
