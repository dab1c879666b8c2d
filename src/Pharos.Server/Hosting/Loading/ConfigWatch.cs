using System.Security.Cryptography;
using System.Text;
using Pharos.Server.Config;

namespace Pharos.Server.Hosting.Loading;

/// <summary>Reloads when the content of a configuration file changed (<c>--enable-feature=auto-reload-config</c>).</summary>
/// <remarks>A file with a fault is told once and read again when it changes; what failed by a fault of this program is tried again at each look.</remarks>
sealed partial class ConfigWatch : IAsyncDisposable
{
    readonly ConfigRoom room;
    readonly ILogger logger;
    readonly CancellationTokenSource ending = new();
    readonly Task loop;
    string seen;

    /// <param name="seen">The <see cref="Fingerprint"/> of what is in force, taken when it was loaded: what changed since is taken at the first look.</param>
    public ConfigWatch(ConfigRoom room, string seen, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        this.room = room;
        this.seen = seen;
        this.logger = logger;
        loop = RunAsync(interval, time);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        ending.Dispose();
    }

    async Task RunAsync(TimeSpan interval, TimeProvider time)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token)) await LookAsync();
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <summary>Ends in no exception: the next look may find all well.</summary>
    async Task LookAsync()
    {
        try
        {
            var before = room.Status;
            var now = Fingerprint(before);
            if (now == seen && !before.MayPass) return;
            await room.ReloadAsync();
            // Also when the reload failed: a bad file is told once, not at each look. What changed while it was read is seen at the next one.
            seen = room.Status.Files.SequenceEqual(before.Files) ? now : Fingerprint(room.Status);
        }
        catch (Exception error)
        {
            LookFailed(logger, error);
        }
    }

    /// <summary>Content of all files; files that come or go below a pattern count. A file that cannot be read now counts as empty.</summary>
    public static string Fingerprint(ConfigStatus status)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in status.Files.Concat(status.Patterns.SelectMany(ConfigPaths.Glob)).Distinct())
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

    [LoggerMessage(LogLevel.Error, "Looking for changes of the configuration broke off; it is looked for again")]
    static partial void LookFailed(ILogger logger, Exception error);
}
