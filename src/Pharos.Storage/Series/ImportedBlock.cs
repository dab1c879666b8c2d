namespace Pharos.Storage.Series;

/// <summary>What became of one block of Prometheus.</summary>
/// <param name="Samples">Floats taken over.</param>
/// <param name="HistogramChunks">Chunks of native histograms, which are left out.</param>
/// <param name="Fault">Why the block was not taken; null when it was.</param>
public sealed record ImportedBlock(string Folder, long Series, long Samples, long SizeBytes, long HistogramChunks, string? Fault);
