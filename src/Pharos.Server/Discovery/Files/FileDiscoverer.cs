using System.Threading.Channels;
using Pharos.Model.Labels;

namespace Pharos.Server.Discovery.Files;

/// <summary>Targets in JSON and YAML files, read when they change and at least each refresh interval.</summary>
/// <remarks>
/// <para>The watch is a hint only: it can be lost, and some file systems have none. A file that cannot be read keeps its last good groups;
/// a file that is gone takes its groups with it.</para>
/// <para>Source: Prometheus, configuration, section file_sd_config.</para>
/// </remarks>
sealed class FileDiscoverer(FileSdConfig config, TimeProvider time, DiscoveryLog log) : IDiscoverer
{
    /// <summary>Writers write in several steps; reading waits until they rest.</summary>
    static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);

    readonly Dictionary<string, IReadOnlyList<TargetGroup>> lastGood = new(StringComparer.Ordinal);

    public async Task RunAsync(Action<IReadOnlyList<TargetGroup>> tell, CancellationToken cancellation)
    {
        var touched = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var watchers = Watch(touched.Writer);
        try
        {
            while (true)
            {
                tell(ReadAll());
                await WaitAsync(touched.Reader, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var watcher in watchers) watcher.Dispose();
        }
    }

    /// <summary>All groups of all files that the patterns reach now.</summary>
    internal IReadOnlyList<TargetGroup> ReadAll()
    {
        var groups = new List<TargetGroup>();
        var paths = config.Files.SelectMany(Expand).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var gone in lastGood.Keys.Except(paths, StringComparer.Ordinal).ToArray()) lastGood.Remove(gone);
        foreach (var path in paths)
        {
            try
            {
                lastGood[path] = Read(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
            {
                log.Failed(path, error.Message);
            }
            groups.AddRange(lastGood.GetValueOrDefault(path, []));
        }
        return groups;
    }

    static IReadOnlyList<TargetGroup> Read(string path)
    {
        var labels = LabelSet.From(("__meta_filepath", path));
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? TargetGroupText.ReadJson(File.ReadAllBytes(path), path, labels)
            : TargetGroupText.ReadYaml(File.ReadAllText(path), path, labels);
    }

    static IEnumerable<string> Expand(string pattern)
    {
        var name = Path.GetFileName(pattern);
        var folder = Path.GetDirectoryName(pattern);
        if (!name.Contains('*', StringComparison.Ordinal)) return File.Exists(pattern) ? [pattern] : [];
        if (folder is null || !Directory.Exists(folder)) return [];
        try
        {
            return [.. Directory.EnumerateFiles(folder, name).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    List<FileSystemWatcher> Watch(ChannelWriter<bool> touched)
    {
        var watchers = new List<FileSystemWatcher>();
        foreach (var folder in config.Files.Select(Path.GetDirectoryName).Distinct(StringComparer.Ordinal))
        {
            if (folder is null || !Directory.Exists(folder)) continue;
            try
            {
                // All files of the folder: a mounted ConfigMap changes by a link beside the files.
                var watcher = new FileSystemWatcher(folder);
                watcher.Changed += (_, _) => touched.TryWrite(true);
                watcher.Created += (_, _) => touched.TryWrite(true);
                watcher.Deleted += (_, _) => touched.TryWrite(true);
                watcher.Renamed += (_, _) => touched.TryWrite(true);
                watcher.EnableRaisingEvents = true;
                watchers.Add(watcher);
            }
            catch (IOException error)
            {
                log.Failed(folder, $"no watch ({error.Message}), so it is read every {config.RefreshInterval} only");
            }
        }
        return watchers;
    }

    async Task WaitAsync(ChannelReader<bool> touched, CancellationToken cancellation)
    {
        using var refresh = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), refresh, config.RefreshInterval, Timeout.InfiniteTimeSpan);
        try
        {
            await touched.ReadAsync(refresh.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return;
        }
        await Task.Delay(Settle, time, cancellation).ConfigureAwait(false);
        touched.TryRead(out _);
    }
}
