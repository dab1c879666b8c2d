using System.Globalization;
using System.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>The functions that Go's <c>text/template</c> brings itself.</summary>
static class Builtins
{
    /// <summary>Known to the evaluator by reference: it evaluates their arguments one by one and stops early.</summary>
    public static readonly TemplateFunction And = TemplateFunction.Variadic("and", Unreachable, TemplateType.Any, TemplateType.Any);

    public static readonly TemplateFunction Or = TemplateFunction.Variadic("or", Unreachable, TemplateType.Any, TemplateType.Any);

    public static readonly TemplateFunction[] All =
    [
        And,
        Or,
        TemplateFunction.Of("not", (arguments, _) => TemplateValue.From(!arguments[0].IsTrue), TemplateType.Any),
        TemplateFunction.Variadic("eq", (arguments, _) => TemplateValue.From(IsEqualToAny(arguments)), TemplateType.Any, TemplateType.Any),
        TemplateFunction.Of("ne", (arguments, _) => TemplateValue.From(!IsEqualToAny(arguments)), TemplateType.Any, TemplateType.Any),
        TemplateFunction.Of("lt", (arguments, _) => TemplateValue.From(Order(arguments) == Ordering.Less), TemplateType.Any, TemplateType.Any),
        TemplateFunction.Of("le", (arguments, _) => TemplateValue.From(Order(arguments) is Ordering.Less or Ordering.Equal), TemplateType.Any, TemplateType.Any),
        TemplateFunction.Of("gt", (arguments, _) => TemplateValue.From(Order(arguments) == Ordering.Greater), TemplateType.Any, TemplateType.Any),
        TemplateFunction.Of("ge", (arguments, _) => TemplateValue.From(Order(arguments) is Ordering.Greater or Ordering.Equal), TemplateType.Any, TemplateType.Any),
        TemplateFunction.Variadic("index", (arguments, _) => Index(arguments), TemplateType.Any, TemplateType.Any),
        TemplateFunction.Variadic("slice", (arguments, _) => Slice(arguments), TemplateType.Any, TemplateType.Any),
        TemplateFunction.Of("len", (arguments, _) => Length(arguments[0]), TemplateType.Any),
        TemplateFunction.Variadic("print", (arguments, run) => TemplateValue.From(new GoPrinter(run.RemainingChars).PrintAll(arguments)), TemplateType.Any),
        TemplateFunction.Variadic("println", (arguments, run) => TemplateValue.From(new GoPrinter(run.RemainingChars).PrintLine(arguments)), TemplateType.Any),
        TemplateFunction.Variadic(
            "printf", (arguments, run) => TemplateValue.From(new GoPrinter(run.RemainingChars).Format(arguments.Text(0), arguments.AsSpan(1))), TemplateType.String, TemplateType.Any),
        TemplateFunction.Variadic("html", (arguments, run) => TemplateValue.From(EscapeHtml(AsText(arguments, run))), TemplateType.Any),
        TemplateFunction.Variadic("js", (arguments, run) => TemplateValue.From(EscapeJavaScript(AsText(arguments, run))), TemplateType.Any),
        TemplateFunction.Variadic("urlquery", (arguments, run) => TemplateValue.From(Model.Text.GoText.QueryEscape(AsText(arguments, run))), TemplateType.Any),
        TemplateFunction.Variadic("call", CallFunction, TemplateType.Any, TemplateType.Any),
    ];

    enum Ordering
    {
        Less,
        Equal,
        Greater,

        /// <summary>NaN is in no order with anything.</summary>
        None,
    }

    public static string EscapeHtml(string text)
    {
        if (text.AsSpan().IndexOfAny("\"'&<>\0") < 0) return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => escaped.Append("&#34;"),
                '\'' => escaped.Append("&#39;"),
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '\0' => escaped.Append('\ufffd'),
                _ => escaped.Append(c),
            };
        }
        return escaped.ToString();
    }

    static TemplateValue Unreachable(TemplateValue[] arguments, TemplateRun run) =>
        throw new System.Diagnostics.UnreachableException("BUG: the evaluator handles and/or itself");

    static string AsText(TemplateValue[] arguments, TemplateRun run) =>
        arguments is [StringValue text] ? text.Value : new GoPrinter(run.RemainingChars).PrintAll(arguments);

    static bool IsEqualToAny(TemplateValue[] arguments)
    {
        if (arguments.Length == 1) throw new TemplateFunctionException("missing argument for comparison");
        var first = arguments[0];
        for (var i = 1; i < arguments.Length; i++)
        {
            if (IsEqual(first, arguments[i])) return true;
        }
        return false;
    }

    static bool IsEqual(TemplateValue left, TemplateValue right)
    {
        switch (left, right)
        {
            case (BoolValue l, BoolValue r):
                return l.Value == r.Value;
            case (IntValue l, IntValue r):
                return l.Value == r.Value;
            case (FloatValue l, FloatValue r):
                return l.Value.Equals(r.Value) && !double.IsNaN(l.Value) || l.Value == 0 && r.Value == 0;
            case (StringValue l, StringValue r):
                return l.Value == r.Value;
            case (NilValue, _) or (_, NilValue):
                return left.IsNil && right.IsNil;
            case (ListValue, ListValue) or (MapValue, MapValue) or (FunctionValue, FunctionValue):
                throw new TemplateFunctionException($"non-comparable type {left}: {left.Type.Name}");
            case (StructValue l, StructValue r):
                return l.Type == r.Type && l.Instance.Equals(r.Instance);
        }
        throw new TemplateFunctionException("incompatible types for comparison");
    }

    static Ordering Order(TemplateValue[] arguments)
    {
        switch (arguments[0], arguments[1])
        {
            case (IntValue l, IntValue r):
                return FromSign(l.Value.CompareTo(r.Value));
            case (FloatValue l, FloatValue r):
                return double.IsNaN(l.Value) || double.IsNaN(r.Value) ? Ordering.None : l.Value == r.Value ? Ordering.Equal : l.Value < r.Value ? Ordering.Less : Ordering.Greater;
            case (StringValue l, StringValue r):
                return FromSign(string.CompareOrdinal(l.Value, r.Value));
            case (IntValue or FloatValue or StringValue, IntValue or FloatValue or StringValue or BoolValue):
                throw new TemplateFunctionException("incompatible types for comparison");
        }
        throw new TemplateFunctionException("invalid type for comparison");
    }

    static Ordering FromSign(int sign) => sign < 0 ? Ordering.Less : sign > 0 ? Ordering.Greater : Ordering.Equal;

    static TemplateValue Index(TemplateValue[] arguments)
    {
        var item = arguments[0];
        if (item.IsNil) throw new TemplateFunctionException("index of untyped nil");
        for (var i = 1; i < arguments.Length; i++)
        {
            var index = arguments[i];
            item = item switch
            {
                ListValue list => list.Items[CheckIndex(index, list.Items.Count)],
                StringValue text => ByteAt(text.Value, index),
                MapValue map when index is StringValue key => map.Find(key.Value) ?? map.Type.Element!.Zero,
                MapValue when index.IsNil => throw new TemplateFunctionException("value is nil; should be of type string"),
                MapValue => throw new TemplateFunctionException($"value has type {index.Type.Name}; should be string"),
                NilValue => throw new TemplateFunctionException("index of nil pointer"),
                _ => throw new TemplateFunctionException($"can't index item of type {item.Type.Name}"),
            };
        }
        return item;
    }

    static IntValue ByteAt(string text, TemplateValue index)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new(bytes[CheckIndex(index, bytes.Length)], TemplateType.Byte);
    }

    static int CheckIndex(TemplateValue index, int length)
    {
        if (index.IsNil) throw new TemplateFunctionException("cannot index slice/array with nil");
        if (index is not IntValue whole) throw new TemplateFunctionException($"cannot index slice/array with type {index.Type.Name}");
        if (whole.Value < 0 || whole.Value >= length) throw new TemplateFunctionException($"index out of range: {whole.Value}");
        return (int)whole.Value;
    }

    static TemplateValue Slice(TemplateValue[] arguments)
    {
        var item = arguments[0];
        if (item.IsNil) throw new TemplateFunctionException("slice of untyped nil");
        if (arguments.Length > 4) throw new TemplateFunctionException($"too many slice indexes: {arguments.Length - 1}");
        var bytes = item is StringValue text ? Encoding.UTF8.GetBytes(text.Value) : null;
        if (bytes is not null && arguments.Length == 4) throw new TemplateFunctionException("cannot 3-index slice a string");
        if (bytes is null && item is not ListValue) throw new TemplateFunctionException($"can't slice item of type {item.Type.Name}");
        var length = bytes?.Length ?? ((ListValue)item).Items.Count;
        var from = arguments.Length > 1 ? CheckIndex(arguments[1], length + 1) : 0;
        var until = arguments.Length > 2 ? CheckIndex(arguments[2], length + 1) : length;
        if (from > until) throw new TemplateFunctionException($"invalid slice index: {from} > {until}");
        if (arguments.Length == 4 && CheckIndex(arguments[3], length + 1) is var limit && until > limit) throw new TemplateFunctionException($"invalid slice index: {until} > {limit}");
        if (bytes is not null) return TemplateValue.From(Encoding.UTF8.GetString(bytes, from, until - from));
        return new ListValue([.. ((ListValue)item).Items.Skip(from).Take(until - from)], item.Type);
    }

    static IntValue Length(TemplateValue item) => item switch
    {
        StringValue text => new(Encoding.UTF8.GetByteCount(text.Value)),
        ListValue list => new(list.Items.Count),
        MapValue map => new(map.Count),
        NilValue => throw new TemplateFunctionException("len of nil pointer"),
        _ => throw new TemplateFunctionException($"len of type {item.Type.Name}"),
    };

    static string EscapeJavaScript(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => escaped.Append(@"\\"),
                '\'' => escaped.Append(@"\'"),
                '"' => escaped.Append("\\\""),
                '<' or '>' or '&' or '=' or < 0x20 => escaped.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ when !Model.Text.GoText.IsPrintable(rune) && rune.Value != ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => escaped.Append(rune.ToString()),
            };
        }
        return escaped.ToString();
    }

    static TemplateValue CallFunction(TemplateValue[] arguments, TemplateRun run)
    {
        if (arguments[0].IsNil) throw new TemplateFunctionException("call of nil");
        if (arguments[0] is not FunctionValue { Function: var function }) throw new TemplateFunctionException($"non-function {arguments[0]} of type {arguments[0].Type.Name}");
        var given = arguments[1..];
        var fixedCount = function.Parameters.Length - (function.IsVariadic ? 1 : 0);
        if (function.IsVariadic ? given.Length < fixedCount : given.Length != fixedCount)
        {
            throw new TemplateFunctionException($"wrong number of args for {function.Name}: got {given.Length} want {(function.IsVariadic ? "at least " : "")}{fixedCount}");
        }
        return function.Body(given, run);
    }
}
