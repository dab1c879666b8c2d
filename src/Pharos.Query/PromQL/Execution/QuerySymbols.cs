using System.Text;
using Pharos.Model.Reading;

namespace Pharos.Query.PromQL.Execution;

/// <summary>The snapshot's label numbers, extended by pairs and names that exist only in this query (numbers below zero).</summary>
/// <remarks>
/// <para>A pair that the store knows keeps the store's number, so that equality stays a comparison of numbers even for labels that
/// <c>label_replace</c> made. Threads: one query, one thread.</para>
/// </remarks>
sealed class QuerySymbols : ILabelSymbols
{
    readonly ILabelSymbols store;
    readonly List<OwnPair> ownPairs = [];
    readonly List<byte[]> ownNames = [];
    readonly Dictionary<(int Name, string Value), int> ownByText = [];
    readonly Dictionary<string, int> namesByText = new(StringComparer.Ordinal);

    public QuerySymbols(ILabelSymbols store)
    {
        this.store = store;
        MetricName = Name("__name__");
        TypeName = Name("__type__");
        UnitName = Name("__unit__");
    }

    /// <summary>Number of the name <c>__name__</c>.</summary>
    public int MetricName { get; }

    public int TypeName { get; }

    public int UnitName { get; }

    public int NameOf(int pair) => pair >= 0 ? store.NameOf(pair) : ownPairs[~pair].Name;

    public ReadOnlySpan<byte> NameUtf8(int pair) => pair >= 0 ? store.NameUtf8(pair) : ownPairs[~pair].NameUtf8;

    public ReadOnlySpan<byte> ValueUtf8(int pair) => pair >= 0 ? store.ValueUtf8(pair) : ownPairs[~pair].ValueUtf8;

    public ReadOnlySpan<byte> JsonUtf8(int pair) => pair >= 0 ? store.JsonUtf8(pair) : ownPairs[~pair].Json();

    public bool TryFindName(ReadOnlySpan<byte> nameUtf8, out int name) => store.TryFindName(nameUtf8, out name) || namesByText.TryGetValue(Encoding.UTF8.GetString(nameUtf8), out name);

    public bool TryFindPair(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> valueUtf8, out int pair)
    {
        if (store.TryFindPair(nameUtf8, valueUtf8, out pair)) return true;
        return TryFindName(nameUtf8, out var name) && ownByText.TryGetValue((name, Encoding.UTF8.GetString(valueUtf8)), out pair);
    }

    /// <summary>The number of a name, made here when the store has none.</summary>
    public int Name(string text)
    {
        if (namesByText.TryGetValue(text, out var number)) return number;
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (!store.TryFindName(utf8, out number))
        {
            ownNames.Add(utf8);
            number = -ownNames.Count;
        }
        namesByText.Add(text, number);
        return number;
    }

    /// <summary>The number of a pair, made here when the store has none. The value is not empty.</summary>
    public int Pair(string name, string value)
    {
        var nameNumber = Name(name);
        if (ownByText.TryGetValue((nameNumber, value), out var number)) return number;
        var nameUtf8 = Encoding.UTF8.GetBytes(name);
        var valueUtf8 = Encoding.UTF8.GetBytes(value);
        if (!store.TryFindPair(nameUtf8, valueUtf8, out number))
        {
            ownPairs.Add(new(nameNumber, nameUtf8, valueUtf8));
            number = ~(ownPairs.Count - 1);
        }
        ownByText.Add((nameNumber, value), number);
        return number;
    }

    public string Value(int pair) => Encoding.UTF8.GetString(ValueUtf8(pair));

    /// <summary>The pair with that name, or null.</summary>
    public int? Find(ReadOnlySpan<int> pairs, int name)
    {
        foreach (var pair in pairs)
        {
            if (NameOf(pair) == name) return pair;
        }
        return null;
    }

    /// <summary>The label's value, "" when the set has none.</summary>
    public string ValueOf(ReadOnlySpan<int> pairs, int name) => Find(pairs, name) is { } pair ? Value(pair) : "";

    /// <summary>Whether the label goes where the metric's name goes: the name itself, and the type and unit stored beside it.</summary>
    public bool IsMetadata(int pair)
    {
        var name = NameOf(pair);
        return name == MetricName || name == TypeName || name == UnitName;
    }

    public int[] WithoutMetadata(ReadOnlySpan<int> pairs)
    {
        var kept = new int[pairs.Length];
        var count = 0;
        foreach (var pair in pairs)
        {
            if (!IsMetadata(pair)) kept[count++] = pair;
        }
        if (count < kept.Length) Array.Resize(ref kept, count);
        return kept;
    }

    /// <summary>The set with one label set, or removed when the value is empty; stays sorted by name.</summary>
    public int[] With(ReadOnlySpan<int> pairs, string name, string value)
    {
        var nameNumber = Name(name);
        var changed = new List<int>(pairs.Length + 1);
        foreach (var pair in pairs)
        {
            if (NameOf(pair) != nameNumber) changed.Add(pair);
        }
        if (value.Length > 0)
        {
            var nameUtf8 = Encoding.UTF8.GetBytes(name);
            var at = 0;
            while (at < changed.Count && NameUtf8(changed[at]).SequenceCompareTo(nameUtf8) < 0) at++;
            changed.Insert(at, Pair(name, value));
        }
        return [.. changed];
    }

    /// <summary>Order of label sets: by name, then value, pair by pair; a shorter set comes before its extension.</summary>
    public int Compare(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        var common = Math.Min(left.Length, right.Length);
        for (var i = 0; i < common; i++)
        {
            if (left[i] == right[i]) continue;
            var order = NameUtf8(left[i]).SequenceCompareTo(NameUtf8(right[i]));
            if (order == 0) order = ValueUtf8(left[i]).SequenceCompareTo(ValueUtf8(right[i]));
            if (order != 0) return order;
        }
        return left.Length - right.Length;
    }

    /// <summary>The set as messages write it: <c>{__name__="up", job="api"}</c>.</summary>
    public string Text(ReadOnlySpan<int> pairs)
    {
        var text = new StringBuilder("{");
        foreach (var pair in pairs)
        {
            if (text.Length > 1) text.Append(", ");
            text.Append(Encoding.UTF8.GetString(NameUtf8(pair))).Append('=').Append(Model.Text.GoText.Quote(Value(pair)));
        }
        return text.Append('}').ToString();
    }

    sealed record OwnPair(int Name, byte[] NameUtf8, byte[] ValueUtf8)
    {
        byte[]? json;

        public byte[] Json() => json ??= Encoding.UTF8.GetBytes($"{Quoted(NameUtf8)}:{Quoted(ValueUtf8)}");

        static string Quoted(byte[] utf8) => $"\"{System.Text.Json.JsonEncodedText.Encode(utf8)}\"";
    }
}
