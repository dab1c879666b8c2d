using System.Text;

namespace Pharos.Server.Alerting.Api;

/// <summary>Makes texts of UTF-8, and of equal ones mostly the same: thousands of alerts differ in a few.</summary>
/// <remarks>A table of fixed size in which later texts take the place of earlier ones, so that a body of any size costs no more. Threads: one.</remarks>
sealed class SharedTexts
{
    const int Slots = 256;

    readonly string?[] slots = new string?[Slots];

    /// <summary>Bytes that are no UTF-8 become U+FFFD.</summary>
    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        var hash = default(HashCode);
        hash.AddBytes(utf8);
        ref var slot = ref slots[hash.ToHashCode() & (Slots - 1)];
        return slot is { } known && Ascii.Equals(utf8, known) ? known : slot = Encoding.UTF8.GetString(utf8);
    }
}
