namespace Pharos.Query.GoTemplate;

/// <summary>What a value behaves like, whatever its type is named.</summary>
public enum TemplateKind
{
    /// <summary>Any value, or none: Go's <c>interface {}</c>.</summary>
    Any,
    Bool,
    Int,
    Float,
    String,
    List,
    Map,
    Struct,
    Function,
}

/// <summary>What one method of a type does: receiver, arguments, the execution it runs in.</summary>
public delegate TemplateValue TemplateMethodBody(TemplateValue receiver, TemplateValue[] arguments, TemplateRun run);

/// <summary>A type as templates see it: its Go name (for messages), fields and methods.</summary>
/// <remarks>
/// Values reach templates only through types written down by us, never through .NET reflection: a template sees what is listed and nothing else.
/// Built once, in static fields, then shared; not changed after that.
/// </remarks>
public sealed class TemplateType(string name, TemplateKind kind, TemplateType? element = null)
{
    public static readonly TemplateType Any = new("interface {}", TemplateKind.Any);
    public static readonly TemplateType Bool = new("bool", TemplateKind.Bool);
    public static readonly TemplateType Int = new("int", TemplateKind.Int);
    public static readonly TemplateType Byte = new("uint8", TemplateKind.Int);
    public static readonly TemplateType Float = new("float64", TemplateKind.Float);
    public static readonly TemplateType String = new("string", TemplateKind.String);
    public static readonly TemplateType AnyList = new("[]interface {}", TemplateKind.List, Any);
    public static readonly TemplateType StringList = new("[]string", TemplateKind.List, String);
    public static readonly TemplateType AnyMap = new("map[string]interface {}", TemplateKind.Map, Any);
    public static readonly TemplateType StringMap = new("map[string]string", TemplateKind.Map, String);

    readonly List<TemplateField> fields = [];
    readonly Dictionary<string, TemplateMethod> methods = new(StringComparer.Ordinal);

    /// <summary>As Go prints the type: <c>map[string]string</c>.</summary>
    public string Name => IsPointer ? $"*{name}" : name;

    public TemplateKind Kind { get; } = kind;

    /// <summary>Type of what a list or map holds; decides what a missing key gives.</summary>
    public TemplateType? Element { get; } = element;

    /// <summary>Whether Go would hold the value by pointer: it then prints with <c>&amp;</c> in front.</summary>
    public bool IsPointer { get; init; }

    /// <summary>In the order in which they print.</summary>
    public IReadOnlyList<TemplateField> Fields => fields;

    /// <summary>Whether an absent value of the type is nil.</summary>
    public bool CanBeNil => Kind is TemplateKind.Any or TemplateKind.List or TemplateKind.Map or TemplateKind.Function;

    /// <summary>The value that a missing key of a map of this element type gives.</summary>
    public TemplateValue Zero => Kind switch
    {
        TemplateKind.Bool => TemplateValue.False,
        TemplateKind.Int => new IntValue(0, this),
        TemplateKind.Float => new FloatValue(0),
        TemplateKind.String => StringValue.Empty,
        TemplateKind.List => new ListValue([], this),
        TemplateKind.Map => new MapValue([], this),
        _ => TemplateValue.Nil,
    };

    /// <param name="jsonName">The field's name in JSON; null: the same as in templates.</param>
    public TemplateType Field<T>(string fieldName, Func<T, TemplateValue> read, string? jsonName = null)
        where T : class
    {
        fields.Add(new(fieldName, instance => read((T)instance), jsonName ?? fieldName));
        return this;
    }

    public TemplateType Method(string methodName, TemplateMethodBody body, params TemplateType[] parameters)
    {
        methods.Add(methodName, new(methodName, parameters, body));
        return this;
    }

    public TemplateField? FindField(string fieldName) => fields.Find(field => field.Name == fieldName);

    public TemplateMethod? FindMethod(string methodName) => methods.GetValueOrDefault(methodName);

    public override string ToString() => Name;
}

/// <summary>A field of a struct type, and how it is read from the instance.</summary>
public sealed record TemplateField(string Name, Func<object, TemplateValue> Read, string JsonName);

/// <summary>A method of a type, with a fixed number of arguments.</summary>
public sealed record TemplateMethod(string Name, TemplateType[] Parameters, TemplateMethodBody Body);
