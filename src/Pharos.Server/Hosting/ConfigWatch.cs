using System.Security.Cryptography;
using System.Text;
using Pharos.Server.Config;

namespace Pharos.Server.Hosting;

/// <summary>Reloads when the content of a configuration file changed (<c>--enable-feature=auto-reload-config</c>).</summary>
sealed class ConfigWatch : IAsyncDisposable
{
    readonly CancellationTokenSource ending = new();
    readonly Task loop;

    public ConfigWatch(ConfigRoom room, TimeSpan interval, TimeProvider time) => loop = RunAsync(room, interval, time);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        ending.Dispose();
    }

    async Task RunAsync(ConfigRoom room, TimeSpan interval, TimeProvider time)
    {
        using var timer = new PeriodicTimer(interval, time);
        var seen = Fingerprint(room);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                if (Fingerprint(room) != seen)
                {
                    await room.ReloadAsync();
                    seen = Fingerprint(room); // Also when the reload failed: a bad file is told once, not at each look.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <summary>Content of all files; files that come or go below a pattern count. A file that cannot be read now counts as empty.</summary>
    static string Fingerprint(ConfigRoom room)
    {
        var status = room.Status;
        var patterns = status.InForce.RuleFilePatterns.Concat(status.InForce.ScrapeConfigFilePatterns);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in status.Files.Concat(patterns.SelectMany(ConfigPaths.Glob)).Distinct())
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\0"));
            try
            {
                hash.AppendData(File.ReadAllBytes(path));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
