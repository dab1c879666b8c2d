using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BCrypt.Net;

namespace Pharos.Server.Access;

/// <summary>Verifies passwords against bcrypt hashes (<c>$2y$10$…</c>), as htpasswd and web.yml use them.</summary>
/// <remarks>Limits: costs 4 to <see cref="MaxCost"/>; above, a single login would hold a processor for many seconds. Of a password count its first 72 bytes, as in
/// every bcrypt.</remarks>
static class PasswordHash
{
    public const int MaxCost = 15;
    public const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Characters of version, cost and salt; the digest is the rest.</summary>
    const int SettingsLength = 29;

    const int Length = 60;

    /// <summary>Why a text is no usable hash, as the end of a sentence; null when it is one.</summary>
    public static string? FaultOf(string hash)
    {
        if (!IsHash(hash, out var cost)) return "is no bcrypt hash; make one by: htpasswd -nBC 10 \"\" | tr -d ':\\n'";
        return cost > MaxCost ? $"has cost {cost}, with which each login takes many seconds; make one with a cost of at most {MaxCost}" : null;
    }

    /// <summary>Whether the password is the one of the hash. Takes the same time for right and wrong ones.</summary>
    public static bool Verify(string password, string hash)
    {
        if (FaultOf(hash) is not null) return false;
        try
        {
            // The digests alone are compared: a salt may be written in more than one way.
            var actual = BCrypt.Net.BCrypt.HashPassword(password, hash[..SettingsLength]);
            return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(actual[SettingsLength..]), Encoding.ASCII.GetBytes(hash[SettingsLength..]));
        }
        catch (SaltParseException)
        {
            return false;
        }
    }

    static bool IsHash(string hash, out int cost)
    {
        cost = 0;
        return hash.Length == Length && hash[..4] is "$2a$" or "$2b$" or "$2y$" && hash[6] == '$'
            && int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out cost) && cost is >= 4 and <= 31
            && !hash.AsSpan(7).ContainsAnyExcept(Alphabet);
    }
}
