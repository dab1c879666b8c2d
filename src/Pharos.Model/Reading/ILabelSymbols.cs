namespace Pharos.Model.Reading;

/// <summary>Labels as numbers: a <em>pair</em> is one (name, value), known by one number throughout a snapshot.</summary>
/// <remarks>
/// <para>Equal pairs have equal numbers and unequal pairs unequal ones, so grouping and joining compare numbers.
/// A series is its pair numbers sorted by name (ordinal, bytes). Numbers of the store are not negative; a query may add its own
/// below zero.</para>
/// <para>Lifetime: spans are valid until the snapshot that gave this is disposed.</para>
/// </remarks>
public interface ILabelSymbols
{
    /// <summary>A number for the name alone: equal for pairs with the same name.</summary>
    int NameOf(int pair);

    ReadOnlySpan<byte> NameUtf8(int pair);

    ReadOnlySpan<byte> ValueUtf8(int pair);

    /// <summary>The pair as JSON, escaped once and kept: <c>"job":"api"</c>.</summary>
    ReadOnlySpan<byte> JsonUtf8(int pair);

    /// <summary>The number of a name, or false when no pair has it.</summary>
    bool TryFindName(ReadOnlySpan<byte> nameUtf8, out int name);

    bool TryFindPair(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> valueUtf8, out int pair);
}
