using System.Text;
using System.Text.Json;
using Pharos.Model.Reading;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Labels as numbers for <see cref="MemorySeries"/>; only grows.</summary>
sealed class MemorySymbols : ILabelSymbols
{
    readonly Dictionary<(string Name, string Value), int> numbers = [];
    readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    readonly List<(int Name, byte[] NameUtf8, byte[] ValueUtf8, byte[] Json)> pairs = [];

    public int Intern(string name, string value)
    {
        if (numbers.TryGetValue((name, value), out var known)) return known;
        if (!names.TryGetValue(name, out var nameNumber)) names.Add(name, nameNumber = names.Count);
        var json = $"\"{JsonEncodedText.Encode(name)}\":\"{JsonEncodedText.Encode(value)}\"";
        pairs.Add((nameNumber, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(json)));
        numbers.Add((name, value), pairs.Count - 1);
        return pairs.Count - 1;
    }

    public int NameOf(int pair) => pairs[pair].Name;

    public ReadOnlySpan<byte> NameUtf8(int pair) => pairs[pair].NameUtf8;

    public ReadOnlySpan<byte> ValueUtf8(int pair) => pairs[pair].ValueUtf8;

    public ReadOnlySpan<byte> JsonUtf8(int pair) => pairs[pair].Json;

    public bool TryFindName(ReadOnlySpan<byte> nameUtf8, out int name) => names.TryGetValue(Encoding.UTF8.GetString(nameUtf8), out name);

    public bool TryFindPair(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> valueUtf8, out int pair) =>
        numbers.TryGetValue((Encoding.UTF8.GetString(nameUtf8), Encoding.UTF8.GetString(valueUtf8)), out pair);
}
