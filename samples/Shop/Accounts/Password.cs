using System.Security.Cryptography;

namespace Shop.Accounts;

/// <summary>A password as it is kept: salted, and slow to try (PBKDF2 with SHA-256).</summary>
sealed record Password(string Salt, string Hash)
{
    const int Rounds = 100_000;
    const int SaltBytes = 16;

    /// <summary>What an unknown user's password is compared with, so that the answer takes as long as for a known one.</summary>
    public static readonly Password OfNobody = From(Convert.ToHexString(RandomNumberGenerator.GetBytes(SaltBytes)));

    public static Password From(string text)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new(Convert.ToHexString(salt), Derive(text, salt));
    }

    public bool Is(string text) => CryptographicOperations.FixedTimeEquals(Convert.FromHexString(Hash), Convert.FromHexString(Derive(text, Convert.FromHexString(Salt))));

    static string Derive(string text, byte[] salt) => Convert.ToHexString(Rfc2898DeriveBytes.Pbkdf2(text, salt, Rounds, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes));
}
