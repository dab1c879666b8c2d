namespace Pharos.Server.Discovery;

/// <summary>One place that names targets and may change its mind.</summary>
interface IDiscoverer
{
    /// <summary>Looks until cancelled. Tells all groups of this place, first soon and then whenever they change; a failed look tells nothing.</summary>
    Task RunAsync(Action<IReadOnlyList<TargetGroup>> tell, CancellationToken cancellation);
}
