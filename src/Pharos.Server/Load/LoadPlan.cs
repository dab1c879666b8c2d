namespace Pharos.Server.Load;

/// <summary>What is asked for: visits at a constant rate, each one of the steps.</summary>
sealed record LoadPlan
{
    /// <summary>Most visits a second that can be planned: above, one process of this kind measures itself.</summary>
    public const double MaxRate = 200_000;

    public const int MostInFlight = 100_000;

    /// <summary>The steps; a visit is one of them, chosen by weight. At least one.</summary>
    public required IReadOnlyList<LoadStep> Steps { get; init; }

    /// <summary>Visits begun a second, above 0 and at most <see cref="MaxRate"/>.</summary>
    public double Rate { get; init; } = 10;

    /// <summary>How long visits are begun; <see cref="Timeout.InfiniteTimeSpan"/>: until cancelled.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer is waited for, its body included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most visits under way at a time, at most <see cref="MostInFlight"/>. One that is due beyond that is not sent, and counted as such: memory and sockets end somewhere.</summary>
    public int MaxInFlight { get; init; } = 1_000;

    /// <summary>Takes any certificate.</summary>
    public bool IsInsecure { get; init; }
}

/// <summary>One kind of visit: requests one after the other, of which the first is due when the visit is.</summary>
/// <param name="Weight">Share of the visits, against the sum of all weights; above 0.</param>
/// <param name="Requests">At least one. The later ones are sent when the one before was answered well.</param>
sealed record LoadStep(string Name, double Weight, IReadOnlyList<LoadRequest> Requests);

/// <summary>One request as it is written, with placeholders.</summary>
/// <param name="Address">The whole address.</param>
/// <param name="Think">Pause before it; the end of the pause is when it is due.</param>
/// <param name="Expected">Statuses that are no errors though above 399.</param>
/// <param name="Saved">Names and the fields of the JSON answer that are kept under them, for later requests of the visit.</param>
sealed record LoadRequest(HttpMethod Method, LoadText Address)
{
    public IReadOnlyList<KeyValuePair<string, LoadText>> Headers { get; init; } = [];

    public LoadText? Body { get; init; }

    public TimeSpan Think { get; init; }

    public IReadOnlySet<int> Expected { get; init; } = new HashSet<int>();

    public IReadOnlyList<KeyValuePair<string, string>> Saved { get; init; } = [];
}
