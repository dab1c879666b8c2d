using Pharos.Query.PromQL.Execution;

namespace Pharos.Query.PromQL.Aggregations;

/// <summary>The running state of all groups: three numbers and a presence bit for each group and step.</summary>
sealed class GroupColumns(int steps)
{
    readonly int words = Presence.Words(steps);
    double[] first = [];
    double[] second = [];
    double[] third = [];
    ulong[] present = [];

    public int Count { get; private set; }

    public long SizeBytes => (long)first.Length * 3 * sizeof(double);

    public void EnsureGroup(int group)
    {
        if (group < Count) return;
        Count = group + 1;
        if (Count * steps > first.Length)
        {
            var size = Math.Max(Count, Math.Min(Count * 2, Count + 65_536)) * steps;
            Array.Resize(ref first, size);
            Array.Resize(ref second, size);
            Array.Resize(ref third, size);
        }
        if (Count * words > present.Length) Array.Resize(ref present, Count * 2 * words);
    }

    public Span<ulong> Present(int group) => present.AsSpan(group * words, words);

    /// <summary>Adds one row of floats to a group.</summary>
    public void Add<TFold>(int group, ReadOnlySpan<double> values, ReadOnlySpan<ulong> rowPresent) where TFold : struct, IFold
    {
        var a = first.AsSpan(group * steps, steps);
        var b = second.AsSpan(group * steps, steps);
        var c = third.AsSpan(group * steps, steps);
        values = values[..steps];
        for (var word = 0; word < rowPresent.Length; word++)
        {
            var bits = rowPresent[word];
            var from = word << 6;
            var until = Math.Min(steps, from + 64);
            if (bits == ulong.MaxValue)
            {
                for (var step = from; step < until; step++) TFold.Add(ref a[step], ref b[step], ref c[step], values[step]);
            }
            else
            {
                for (var step = from; bits != 0 && step < until; step++, bits >>= 1)
                {
                    if ((bits & 1) != 0) TFold.Add(ref a[step], ref b[step], ref c[step], values[step]);
                }
            }
        }
        Presence.Or(Present(group), rowPresent);
    }

    /// <summary>Adds one value to a group at a step.</summary>
    public void AddOne<TFold>(int group, int step, double value) where TFold : struct, IFold
    {
        var at = group * steps + step;
        TFold.Add(ref first[at], ref second[at], ref third[at], value);
        Presence.Set(Present(group), step);
    }

    public void Results<TFold>(int group, Span<double> results) where TFold : struct, IFold
    {
        var at = group * steps;
        for (var step = 0; step < steps; step++) results[step] = TFold.Result(first[at + step], second[at + step], third[at + step]);
    }
}
