using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Pharos.Server.Access;

/// <summary>Basic authentication against the users of web.yml.</summary>
/// <remarks>
/// <para>A bcrypt check costs some 100 ms of a processor on purpose, and clients send their password with every request. So right ones are
/// remembered as a keyed hash (never as text), at most <see cref="MaxRemembered"/>, and at most <see cref="MaxChecks"/> checks run at once: who guesses waits.</para>
/// <para>Threads: safe for all. A reload makes a new gate.</para>
/// </remarks>
sealed class LoginGate(IReadOnlyDictionary<string, string> users) : IDisposable
{
    const int MaxRemembered = 100;
    const int MaxChecks = 2;
    const int MaxWaiting = 64;

    /// <summary>Checked when the user is unknown, so that the time does not tell which names exist. Its password is nobody's.</summary>
    static readonly string NobodysHash = $"$2y$10${RandomNumberGenerator.GetString(PasswordHash.Alphabet, 53)}";

    readonly byte[] cacheKey = RandomNumberGenerator.GetBytes(32);
    readonly ConcurrentDictionary<string, bool> remembered = new(StringComparer.Ordinal);
    readonly SemaphoreSlim checks = new(MaxChecks);
    int waiting;

    public bool IsOpen => users.Count == 0;

    public void Dispose() => checks.Dispose();

    /// <summary>Which user the header proves.</summary>
    public async ValueTask<LoginAnswer> AdmitsAsync(string? authorization, CancellationToken cancellation)
    {
        if (!TryTake(authorization, out var name, out var password)) return default;
        var isKnown = users.TryGetValue(name, out var hash);
        var proof = Convert.ToHexString(HMACSHA256.HashData(cacheKey, Encoding.UTF8.GetBytes($"{name}\0{hash}\0{password}")));
        if (isKnown && remembered.ContainsKey(proof)) return new(name);
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return new(null, IsBusy: true);
        }
        try
        {
            await checks.WaitAsync(cancellation);
            try
            {
                var isRight = await Task.Run(() => PasswordHash.Verify(password, hash ?? NobodysHash), cancellation);
                if (!isRight || !isKnown) return default;
            }
            finally
            {
                checks.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
        if (remembered.Count >= MaxRemembered) remembered.Clear();
        remembered[proof] = true;
        return new(name);
    }

    static bool TryTake(string? authorization, out string name, out string password)
    {
        (name, password) = ("", "");
        const string scheme = "Basic ";
        if (authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || authorization.Length > 4096) return false;
        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[scheme.Length..].Trim(), bytes, out var count)) return false;
        var text = Encoding.UTF8.GetString(bytes, 0, count);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return false;
        (name, password) = (text[..colon], text[(colon + 1)..]);
        return true;
    }
}
