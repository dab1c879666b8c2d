using Pharos.Model.Labels;

namespace Pharos.Model.Samples;

/// <summary>An example event behind a sample, mostly with a <c>trace_id</c>. Time in ms since the epoch.</summary>
public sealed record Exemplar(LabelSet Labels, double Value, long TimeMs);
