using System.Buffers;
using System.Text;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Index;

/// <summary>UTF-8 text as a JSON string. Bytes that are no UTF-8 become U+FFFD, as every JSON writer must do.</summary>
static class JsonText
{
    static readonly SearchValues<byte> MayNeedEscape = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(i => (byte)i), 127, .. Enumerable.Range(128, 128).Select(i => (byte)i)]);

    /// <summary>The text with its quotes.</summary>
    public static void Write(ByteWriter to, ReadOnlySpan<byte> utf8)
    {
        to.U8((byte)'"');
        WriteInner(to, utf8);
        to.U8((byte)'"');
    }

    /// <summary>The text without quotes. True when it stands there byte for byte.</summary>
    public static bool WriteInner(ByteWriter to, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOfAny(MayNeedEscape) < 0)
        {
            to.Raw(utf8);
            return true;
        }
        var start = to.Length;
        var rest = utf8;
        while (!rest.IsEmpty)
        {
            var isSound = Rune.DecodeFromUtf8(rest, out var rune, out var consumed) == OperationStatus.Done;
            if (!isSound) to.Raw("\uFFFD"u8);
            else if (rune.Value is '"' or '\\') to.Raw([(byte)'\\', (byte)rune.Value]);
            else if (rune.Value == '\n') to.Raw("\\n"u8);
            else if (rune.Value == '\r') to.Raw("\\r"u8);
            else if (rune.Value == '\t') to.Raw("\\t"u8);
            else if (rune.Value < 32) to.Raw(Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}"));
            else to.Raw(rest[..consumed]);
            rest = rest[consumed..];
        }
        return to.Written[start..].SequenceEqual(utf8);
    }
}
