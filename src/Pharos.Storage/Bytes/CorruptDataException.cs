using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pharos.Storage.Bytes;

/// <summary>Bytes on disk are not what was written there: torn, flipped, or of another format.</summary>
/// <remarks>Whoever owns the file catches it, sets the file (or the part) aside with this message as the reason, and serves the rest.</remarks>
public sealed class CorruptDataException(string path, long offset, string expected, string found)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"{path}: byte {offset}: expected {expected}, found {found}"))
{
    public string Path { get; } = path;

    /// <summary>Byte offset in the file of the first byte that cannot be right.</summary>
    public long Offset { get; } = offset;

    [DoesNotReturn]
    internal static void Throw(string path, long offset, string expected, string found) => throw new CorruptDataException(path, offset, expected, found);
}
