using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Pharos.Model.Diagnostics;

namespace Pharos.Server.Config.Yaml;

/// <summary>Bytes of a file as text, with the place of the first byte that cannot be text.</summary>
static class YamlText
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryDecode(string file, ReadOnlySpan<byte> bytes, int maxBytes, List<Diagnostic> diagnostics, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (bytes.Length > maxBytes)
        {
            diagnostics.Add(Diagnostic.Error(file, 0, 0, $"is {bytes.Length >> 20} MiB long; at most {maxBytes >> 20} MiB are read; split it"));
            return false;
        }
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
        {
            diagnostics.Add(Diagnostic.Error(file, 1, 1, "is UTF-16; save it as UTF-8"));
            return false;
        }
        var badAt = System.Text.Unicode.Utf8.IsValid(bytes) ? FirstControl(bytes) : FirstInvalid(bytes);
        if (badAt >= 0)
        {
            var (line, column) = Locate(bytes, badAt);
            diagnostics.Add(Diagnostic.Error(file, line, column,
                string.Create(CultureInfo.InvariantCulture, $"byte 0x{bytes[badAt]:x2} is no text; save the file as UTF-8 without control characters")));
            return false;
        }
        text = Encoding.UTF8.GetString(bytes);
        return true;
    }

    public static bool TryDecodeUtf8(ReadOnlySpan<byte> bytes, out string text)
    {
        try
        {
            text = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = Encoding.UTF8.GetString(bytes);
            return false;
        }
    }

    /// <summary>YAML allows no control characters but tab and line ends.</summary>
    static int FirstControl(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x20 && bytes[i] is not ((byte)'\t' or (byte)'\n' or (byte)'\r') || bytes[i] == 0x7f) return i;
        }
        return -1;
    }

    static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) != System.Buffers.OperationStatus.Done) return at;
            at += length;
        }
        return -1;
    }

    static (int Line, int Column) Locate(ReadOnlySpan<byte> bytes, int at)
    {
        var before = bytes[..at];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }
}
