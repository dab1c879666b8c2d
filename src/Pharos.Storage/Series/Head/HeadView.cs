namespace Pharos.Storage.Series.Head;

/// <summary>What of the head a snapshot may see: the rest stands in the blocks of the same snapshot.</summary>
/// <param name="FromMs">In-order samples before this time are in blocks.</param>
/// <param name="Epoch">Late samples of epochs below this one are in blocks.</param>
readonly record struct HeadView(long FromMs, int Epoch);
