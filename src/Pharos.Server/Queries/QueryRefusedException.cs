namespace Pharos.Server.Queries;

/// <summary>Why a query has no answer, apart from what it asks.</summary>
enum QueryRefusal : byte
{
    /// <summary>Too many wait already, or the machine has no thread to give.</summary>
    Crowded,

    /// <summary>Its time was over.</summary>
    Late,

    /// <summary>Whoever asked is gone.</summary>
    Abandoned,
}

/// <summary>A query was not run, or not to its end; the message says so in Prometheus' words.</summary>
sealed class QueryRefusedException(QueryRefusal reason, string message) : Exception(message)
{
    public QueryRefusal Reason { get; } = reason;
}
