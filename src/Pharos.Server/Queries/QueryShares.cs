namespace Pharos.Server.Queries;

/// <summary>Who may query when: a scheduler for each class of door.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class QueryShares : IDisposable
{
    /// <summary>They keep the disk busy for minutes.</summary>
    const int MaxAdminWork = 2;

    readonly QueryScheduler[] schedulers;

    /// <param name="maxQueries">Most queries of a class that run at once.</param>
    public QueryShares(int maxQueries, int maxRemoteReads, TimeProvider time) => schedulers =
    [
        .. Enum.GetValues<QueryClass>().Select(kind => kind switch
        {
            QueryClass.RemoteRead => new QueryScheduler(maxRemoteReads, time, "remote read"),
            QueryClass.Admin => new(MaxAdminWork, time, "admin"),
            _ => new(maxQueries, time, kind.ToString().ToLowerInvariant()),
        }),
    ];

    public QueryScheduler this[QueryClass kind] => schedulers[(int)kind];

    /// <summary>Ends the threads once their queues are empty.</summary>
    public void Dispose()
    {
        foreach (var scheduler in schedulers) scheduler.Dispose();
    }
}
