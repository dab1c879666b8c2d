namespace Pharos.Model.Text.Re2Matching;

/// <summary>A set of step numbers in the order in which they came; empty again at no cost.</summary>
/// <remarks>Source: Briggs and Torczon, "An efficient representation for sparse sets", 1993.</remarks>
sealed class StepSet(int capacity)
{
    readonly int[] members = new int[capacity];
    readonly int[] places = new int[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Members => members.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public bool Contains(int step) => (uint)places[step] < (uint)Count && members[places[step]] == step;

    public bool Add(int step)
    {
        if (Contains(step)) return false;
        members[Count] = step;
        places[step] = Count++;
        return true;
    }
}
