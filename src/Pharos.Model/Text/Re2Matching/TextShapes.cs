using System.Buffers;
using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Model.Text.Re2Matching;

/// <summary>Texts in which some places may hold any character: names of hosts with dots that nobody escaped, a thousand at a time.</summary>
/// <remarks>
/// <para>Method: texts of one length with their open places at the same spots are one set. A text asked about gets its own open places closed,
/// and is looked up: one look-up a shape, whatever the number of texts.</para>
/// <para>Limits: 16 shapes of one length; more, or texts with characters past U+FFFF, are left to the automaton.</para>
/// <para>Threads: immutable, safe for all.</para>
/// </remarks>
sealed class TextShapes
{
    const int MaxShapes = 16;
    const int OnStack = 256;

    readonly Dictionary<int, List<Shape>> byLength = [];
    readonly bool foldsCase;

    TextShapes(bool foldsCase) => this.foldsCase = foldsCase;

    sealed class Shape(int[] open)
    {
        public readonly int[] Open = open;
        public readonly HashSet<string> Texts = new(StringComparer.Ordinal);
    }

    /// <summary>Null: the pattern is none of plain texts, or of too many shapes.</summary>
    public static TextShapes? TryMake(Re2Node root)
    {
        if (Spelling.Shapes(root, foldsCase: false) is { } texts) return TryMake(texts, foldsCase: false);
        return Spelling.Shapes(root, foldsCase: true) is { } folded ? TryMake(folded, foldsCase: true) : null;
    }

    public bool IsMatch(ReadOnlySpan<char> text)
    {
        char[]? rented = null;
        var room = text.Length <= OnStack ? stackalloc char[2 * OnStack] : rented = ArrayPool<char>.Shared.Rent(2 * text.Length);
        var spelt = room[..Spell(text, room)];
        var isFound = false;
        if (byLength.TryGetValue(spelt.Length, out var shapes))
        {
            var closed = room.Slice(text.Length, spelt.Length);
            foreach (var shape in shapes)
            {
                spelt.CopyTo(closed);
                foreach (var place in shape.Open) closed[place] = Spelling.Any;
                isFound = shape.Texts.GetAlternateLookup<ReadOnlySpan<char>>().Contains(closed);
                if (isFound) break;
            }
        }
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return isFound;
    }

    static TextShapes? TryMake(List<string> texts, bool foldsCase)
    {
        var made = new TextShapes(foldsCase);
        foreach (var text in texts)
        {
            if (!made.byLength.TryGetValue(text.Length, out var shapes)) made.byLength.Add(text.Length, shapes = []);
            var shape = shapes.Find(known => IsOf(known, text));
            if (shape is null)
            {
                if (shapes.Count == MaxShapes) return null;
                shapes.Add(shape = new Shape([.. Enumerable.Range(0, text.Length).Where(i => text[i] == Spelling.Any)]));
            }
            shape.Texts.Add(text);
        }
        return made;
    }

    static bool IsOf(Shape shape, string text)
    {
        foreach (var place in shape.Open)
        {
            if (text[place] != Spelling.Any) return false;
        }
        return text.AsSpan().Count(Spelling.Any) == shape.Open.Length;
    }

    /// <summary>One char for each character, folded where case does not count. Returns their number.</summary>
    int Spell(ReadOnlySpan<char> text, Span<char> to)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            to[length++] = isPair ? Spelling.Any : foldsCase ? CaseFolds.Canonical(text[i]) : text[i]; // Only an open place takes a pair.
            if (isPair) i++;
        }
        return length;
    }
}
