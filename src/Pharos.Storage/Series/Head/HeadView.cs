namespace Pharos.Storage.Series.Head;

/// <summary>What of the head a snapshot may see: the rest stands in the blocks of the same snapshot.</summary>
/// <param name="FromMs">In-order samples before this time are in blocks.</param>
/// <param name="Epoch">Late samples before <paramref name="FromMs"/> that arrived in an earlier epoch are in blocks.</param>
readonly record struct HeadView(long FromMs, int Epoch)
{
    public bool SeesInOrder(long timeMs) => timeMs >= FromMs;

    public bool SeesLate(RareSample sample) => sample.Epoch >= Epoch || sample.TimeMs >= FromMs;
}
