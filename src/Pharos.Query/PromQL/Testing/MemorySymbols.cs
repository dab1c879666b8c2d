using System.Text;
using Pharos.Model.Reading;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Pair numbers of a <see cref="MemorySource"/>.</summary>
sealed class MemorySymbols : ILabelSymbols
{
    readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    readonly Dictionary<(string Name, string Value), int> pairs = [];
    readonly List<(int Name, byte[] NameUtf8, byte[] ValueUtf8, byte[] JsonUtf8)> list = [];

    public int Add(string name, string value)
    {
        if (pairs.TryGetValue((name, value), out var pair)) return pair;
        if (!names.TryGetValue(name, out var nameNumber)) names.Add(name, nameNumber = names.Count);
        pair = list.Count;
        pairs.Add((name, value), pair);
        list.Add((nameNumber, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes($"{Json(name)}:{Json(value)}")));
        return pair;
    }

    public int NameOf(int pair) => list[pair].Name;

    public ReadOnlySpan<byte> NameUtf8(int pair) => list[pair].NameUtf8;

    public ReadOnlySpan<byte> ValueUtf8(int pair) => list[pair].ValueUtf8;

    public ReadOnlySpan<byte> JsonUtf8(int pair) => list[pair].JsonUtf8;

    public bool TryFindName(ReadOnlySpan<byte> nameUtf8, out int name) => names.TryGetValue(Encoding.UTF8.GetString(nameUtf8), out name);

    public bool TryFindPair(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> valueUtf8, out int pair) =>
        pairs.TryGetValue((Encoding.UTF8.GetString(nameUtf8), Encoding.UTF8.GetString(valueUtf8)), out pair);

    static string Json(string text) => $"\"{System.Text.Json.JsonEncodedText.Encode(text)}\"";
}
