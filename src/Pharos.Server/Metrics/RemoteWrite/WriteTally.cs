namespace Pharos.Server.Metrics.RemoteWrite;

/// <summary>What became of the parts of one request, for the answer and for our own metrics.</summary>
sealed class WriteTally
{
    public int Samples { get; set; }

    public int Histograms { get; set; }

    public int Exemplars { get; set; }

    /// <summary>Samples and histograms that are not stored.</summary>
    public int Refused { get; set; }

    /// <summary>A series left the head between being found and being written: the request is walked once more.</summary>
    public bool MustRepeat { get; set; }

    /// <summary>The store takes nothing more (read-only, out of room): the client's fault is none, so it may come again.</summary>
    public string? Unavailable { get; set; }

    /// <summary>Why, each reason once with its number of samples and the first series it hit.</summary>
    public Dictionary<string, Reason> Reasons { get; } = [];

    public void Refuse(string reason, int samples, Func<string> describeSeries)
    {
        Refused += samples;
        if (Reasons.TryGetValue(reason, out var known)) known.Samples += samples;
        else if (Reasons.Count < 16) Reasons.Add(reason, new Reason(describeSeries()) { Samples = samples });
    }

    public void Reset()
    {
        Samples = Histograms = Exemplars = Refused = 0;
        MustRepeat = false;
        Unavailable = null;
        Reasons.Clear();
    }

    /// <summary>One line a reason, in the words that senders log.</summary>
    public override string ToString() =>
        string.Join('\n', Reasons.Select(reason => $"{reason.Key}: {reason.Value.Samples} samples, first of series {reason.Value.FirstSeries}"));

    public sealed class Reason(string firstSeries)
    {
        public string FirstSeries { get; } = firstSeries;

        public int Samples { get; set; }
    }
}
