using Pharos.Model.Samples;
using Pharos.Model.Writing;
using Pharos.Server.Discovery;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Buffers for taking in one body. As many exist as bodies are taken in at once, not as many as there are targets.</summary>
sealed class ScrapeWorkspace
{
    public SampleBatch Batch { get; } = new();

    public LabelSetBuilder Builder { get; } = new();

    public MutableLabels Labels { get; } = new();

    public LabelRanges Ranges { get; } = new();

    public LabelRanges ExemplarRanges { get; } = new();

    /// <summary>Native histograms of the body, by the numbers that its lines give them.</summary>
    public List<FloatHistogram> Histograms { get; } = [];

    public byte[] Scratch = [];

    /// <summary>Whether a huge body made it too big to be kept.</summary>
    public bool IsHuge => Batch.Handles.Length > 1 << 18;
}
