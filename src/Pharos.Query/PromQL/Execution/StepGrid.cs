namespace Pharos.Query.PromQL.Execution;

/// <summary>The times at which an expression is evaluated: start, start + step, ... An instant query has one.</summary>
readonly record struct StepGrid(long StartMs, long StepMs, int Count)
{
    public long EndMs => StartMs + StepMs * (Count - 1);

    public static StepGrid Instant(long atMs) => new(atMs, 1, 1);

    public long At(int step) => StartMs + StepMs * step;
}
