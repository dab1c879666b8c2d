using Microsoft.AspNetCore.Http;

namespace Pharos.AspNetCore.Errors;

/// <summary>The newest log lines of one request, or of what runs outside of requests.</summary>
/// <remarks>Threads: any.</remarks>
sealed class BreadcrumbTrail(int maxCount, HttpContext? context)
{
    static readonly AsyncLocal<BreadcrumbTrail?> Flowing = new();

    readonly Queue<Breadcrumb> crumbs = new();
    readonly Lock gate = new();

    /// <summary>The trail of the request that the running code works for.</summary>
    public static BreadcrumbTrail? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    /// <summary>The request that is being answered; null outside, and after its end, when the server uses the context for another.</summary>
    public HttpContext? Request { get; private set; } = context;

    public void End() => Request = null;

    public void Add(Breadcrumb crumb)
    {
        if (maxCount == 0) return;
        lock (gate)
        {
            if (crumbs.Count == maxCount) crumbs.Dequeue();
            crumbs.Enqueue(crumb);
        }
    }

    public Breadcrumb[] All()
    {
        lock (gate) return [.. crumbs];
    }
}
