using System.Collections.Concurrent;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Bounds how many bodies are taken in at once, so that a wave of scrapes neither fills the thread pool nor the memory.</summary>
sealed class WorkspacePool(int count)
{
    readonly SemaphoreSlim free = new(count);
    readonly ConcurrentBag<ScrapeWorkspace> idle = [];

    public async ValueTask<ScrapeWorkspace> RentAsync(CancellationToken cancellation)
    {
        await free.WaitAsync(cancellation).ConfigureAwait(false);
        return idle.TryTake(out var workspace) ? workspace : new();
    }

    public void Return(ScrapeWorkspace workspace)
    {
        if (!workspace.IsHuge) idle.Add(workspace);
        free.Release();
    }
}
