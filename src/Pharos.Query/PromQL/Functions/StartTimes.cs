namespace Pharos.Query.PromQL.Functions;

/// <summary>What the start times of two neighbouring samples say. 0 is unknown; at or after its own sample a start time is invalid.</summary>
static class StartTimes
{
    /// <summary>Whether the counter started anew between the two samples.</summary>
    public static bool IsReset(long previousStartMs, long previousMs, long startMs, long atMs)
    {
        if (startMs == 0 || startMs >= atMs || startMs < previousMs) return false;
        if (startMs > previousMs) return true;
        // It starts exactly at the sample before: a delta series, if that one has a proper start; else a cumulative one that does not know its own.
        return previousStartMs != 0 && previousStartMs < previousMs;
    }

    /// <summary>Whether the sample claims to cover time that the one before covers under another start.</summary>
    public static bool Overlaps(long previousStartMs, long previousMs, long startMs) => startMs != 0 && startMs < previousMs && startMs != previousStartMs;
}
