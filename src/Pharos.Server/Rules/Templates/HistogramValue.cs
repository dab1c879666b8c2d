using Pharos.Model.Samples;
using Pharos.Query.GoTemplate;
using Pharos.Query.PromQL.Testing;

namespace Pharos.Server.Rules.Templates;

/// <summary>A native histogram as a template sees it: it prints itself, and can be no argument of the numeric functions.</summary>
static class HistogramValue
{
    static readonly TemplateType Type = new TemplateType("histogram.FloatHistogram", TemplateKind.Struct) { IsPointer = true }
        .Field<FloatHistogram>("Count", histogram => TemplateValue.From(histogram.Count))
        .Field<FloatHistogram>("Sum", histogram => TemplateValue.From(histogram.Sum))
        .Method("String", (self, _, _) => TemplateValue.From(SeriesInput.Show((FloatHistogram)((StructValue)self).Instance)));

    public static TemplateValue From(FloatHistogram histogram) => new StructValue(histogram, Type);
}
