namespace Pharos.Query.GoTemplate;

/// <summary>A value inside a template. The family is closed: what a template can hold is in this file.</summary>
/// <remarks>Immutable; <c>append</c> and its like make new values. Equality is by reference; templates compare with <c>eq</c>.</remarks>
public abstract class TemplateValue(TemplateType type)
{
    /// <summary>No value: a missing key of an untyped map, <c>nil</c>, a field of nothing.</summary>
    public static readonly TemplateValue Nil = new NilValue();

    public static readonly TemplateValue True = new BoolValue(true);

    public static readonly TemplateValue False = new BoolValue(false);

    public TemplateType Type { get; } = type;

    /// <summary>What <c>if</c>, <c>with</c>, <c>and</c>, <c>or</c> and <c>not</c> take it for.</summary>
    public abstract bool IsTrue { get; }

    public bool IsNil => this is NilValue;

    public static TemplateValue From(bool value) => value ? True : False;

    public static TemplateValue From(long value) => new IntValue(value);

    public static TemplateValue From(double value) => new FloatValue(value);

    public static TemplateValue From(string value) => value.Length == 0 ? StringValue.Empty : new StringValue(value);

    /// <summary>As Go's <c>%v</c> prints it, cut where a template's limits are.</summary>
    public override string ToString() => new GoPrinter(TemplateLimits.Default.MaxOutputChars).Print(this);
}

/// <summary>Absence. One instance: <see cref="TemplateValue.Nil"/>.</summary>
public sealed class NilValue() : TemplateValue(TemplateType.Any)
{
    public override bool IsTrue => false;
}

public sealed class BoolValue(bool value) : TemplateValue(TemplateType.Bool)
{
    public bool Value => value;

    public override bool IsTrue => value;
}

/// <summary>A whole number; its type may be one of Go's named ones, such as <c>time.Duration</c>.</summary>
public sealed class IntValue(long value, TemplateType type) : TemplateValue(type)
{
    public IntValue(long value)
        : this(value, TemplateType.Int)
    {
    }

    public long Value => value;

    public override bool IsTrue => value != 0;
}

public sealed class FloatValue(double value) : TemplateValue(TemplateType.Float)
{
    public double Value => value;

    public override bool IsTrue => value != 0;
}

public sealed class StringValue(string value, TemplateType type) : TemplateValue(type)
{
    public static readonly StringValue Empty = new("");

    public StringValue(string value)
        : this(value, TemplateType.String)
    {
    }

    public string Value => value;

    public override bool IsTrue => value.Length > 0;
}

public sealed class ListValue(IReadOnlyList<TemplateValue> items, TemplateType type) : TemplateValue(type)
{
    public IReadOnlyList<TemplateValue> Items => items;

    public override bool IsTrue => items.Count > 0;

    public static ListValue Of(IEnumerable<string> texts) => new([.. texts.Select(From)], TemplateType.StringList);
}

/// <summary>Values by text, iterated and printed in the order of the keys, as Go does.</summary>
public sealed class MapValue : TemplateValue
{
    readonly (string Key, TemplateValue Value)[] sorted;

    /// <summary>Of equal keys the last one counts.</summary>
    public MapValue(IEnumerable<(string Key, TemplateValue Value)> entries, TemplateType type)
        : base(type)
    {
        var byKey = new SortedDictionary<string, TemplateValue>(StringComparer.Ordinal);
        foreach (var (key, value) in entries) byKey[key] = value;
        sorted = [.. byKey.Select(entry => (entry.Key, entry.Value))];
    }

    public ReadOnlySpan<(string Key, TemplateValue Value)> Entries => sorted;

    /// <summary>The entries for loops that call back into templates.</summary>
    public IReadOnlyList<(string Key, TemplateValue Value)> EntryList => sorted;

    public int Count => sorted.Length;

    public override bool IsTrue => sorted.Length > 0;

    public static MapValue Of(IEnumerable<(string Key, string Value)> texts) =>
        new(texts.Select(entry => (entry.Key, From(entry.Value))), TemplateType.StringMap);

    /// <summary>The value of the key, or null.</summary>
    public TemplateValue? Find(string key)
    {
        var low = 0;
        var high = sorted.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(sorted[middle].Key, key);
            if (order == 0) return sorted[middle].Value;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }
}

/// <summary>An instance of ours behind the fields and methods that its type lists.</summary>
public sealed class StructValue(object instance, TemplateType type) : TemplateValue(type)
{
    public object Instance => instance;

    public override bool IsTrue => true;
}

/// <summary>A function held as a value, for the builtin <c>call</c>.</summary>
public sealed class FunctionValue(TemplateFunction function) : TemplateValue(FunctionType)
{
    static readonly TemplateType FunctionType = new("func", TemplateKind.Function);

    public TemplateFunction Function => function;

    public override bool IsTrue => true;
}
