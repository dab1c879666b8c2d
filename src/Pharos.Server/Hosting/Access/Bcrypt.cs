using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pharos.Server.Hosting.Access;

/// <summary>Verifies passwords against bcrypt hashes (<c>$2y$10$…</c>), as htpasswd and web.yml use them.</summary>
/// <remarks>Limits: costs 4 to <see cref="MaxCost"/>; above, a single login would hold a processor for many seconds.</remarks>
static class Bcrypt
{
    public const int MaxCost = 15;
    const int SaltBytes = 16;
    const int HashBytes = 23;
    const int Length = 60;
    public const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Why a text is no usable hash, as the end of a sentence; null when it is one.</summary>
    public static string? FaultOf(string hash)
    {
        if (!TryTake(hash, out var cost, out _, out _)) return "is no bcrypt hash; make one by: htpasswd -nBC 10 \"\" | tr -d ':\\n'";
        return cost > MaxCost ? $"has cost {cost}, with which each login takes many seconds; make one with a cost of at most {MaxCost}" : null;
    }

    /// <summary>Whether the password is the one of the hash. Takes the same time for right and wrong ones.</summary>
    public static bool Verify(string password, string hash)
    {
        if (!TryTake(hash, out var cost, out var salt, out var expected) || cost > MaxCost) return false;
        Span<byte> key = stackalloc byte[72];
        var utf8 = Encoding.UTF8.GetBytes(password);
        var count = Math.Min(utf8.Length, key.Length); // What lies behind was never read by any bcrypt.
        utf8.AsSpan(0, count).CopyTo(key);
        var actual = Hash(key[..Math.Min(key.Length, count + 1)], salt, cost); // The zero behind the text belongs to the key.
        return CryptographicOperations.FixedTimeEquals(actual, expected);
    }

    static byte[] Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, int cost)
    {
        var cipher = new Blowfish(key, salt, cost);
        var text = "OrpheanBeholderScryDoubt"u8.ToArray();
        for (var at = 0; at < text.Length; at += 8)
        {
            var left = BinaryPrimitives.ReadUInt32BigEndian(text.AsSpan(at));
            var right = BinaryPrimitives.ReadUInt32BigEndian(text.AsSpan(at + 4));
            for (var i = 0; i < 64; i++) cipher.Encrypt(ref left, ref right);
            BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(at), left);
            BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(at + 4), right);
        }
        return text[..HashBytes]; // The last byte was never part of the format.
    }

    static bool TryTake(string hash, out int cost, out byte[] salt, out byte[] digest)
    {
        cost = 0;
        salt = [];
        digest = [];
        if (hash.Length != Length || !(hash.StartsWith("$2a$", StringComparison.Ordinal) || hash.StartsWith("$2b$", StringComparison.Ordinal) || hash.StartsWith("$2y$", StringComparison.Ordinal))) return false;
        if (hash[6] != '$' || !int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out cost) || cost is < 4 or > 31) return false;
        return TryDecode(hash.AsSpan(7, 22), SaltBytes, out salt) && TryDecode(hash.AsSpan(29), HashBytes, out digest);
    }

    /// <summary>bcrypt's own base 64: another alphabet, no padding.</summary>
    static bool TryDecode(ReadOnlySpan<char> text, int count, out byte[] bytes)
    {
        bytes = new byte[count];
        var (buffer, bits, at) = (0, 0, 0);
        foreach (var character in text)
        {
            var value = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (value < 0) return false;
            buffer = buffer << 6 | value;
            bits += 6;
            if (bits < 8 || at == count) continue;
            bits -= 8;
            bytes[at++] = (byte)(buffer >> bits);
        }
        return at == count;
    }
}
