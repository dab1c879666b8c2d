using Pharos.Model.Labels;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;
using Pharos.Server.Doors;
using Pharos.Server.Metrics.Exemplars;

namespace Pharos.Server.Metrics.Api;

/// <summary><c>/api/v1/query_exemplars</c>: the exemplars of all series that the selectors of an expression accept.</summary>
sealed class ExemplarEndpoint(ExemplarRing exemplars)
{
    public void Map(DoorTable doors) => doors.Map(Door.ReadOrForm("/api/v1/query_exemplars", "exemplars of the series that an expression selects"), AnswerAsync);

    Task AnswerAsync(ApiCall call)
    {
        var fromMs = call.Time("start", ApiTime.MinMs);
        var throughMs = call.Time("end", ApiTime.MaxMs);
        if (throughMs < fromMs) throw ApiFaultException.BadData("end timestamp must not be before start timestamp");
        var selectors = new List<IReadOnlyList<LabelMatcher>>();
        Collect(PromQlEngine.Parse(call["query"]), selectors);
        var found = exemplars.Select(selectors, fromMs, throughMs);
        return call.AnswerListAsync(found, Write);
    }

    static void Collect(Expr expression, List<IReadOnlyList<LabelMatcher>> selectors)
    {
        if (expression is VectorSelector selector) selectors.Add(selector.Matchers);
        foreach (var child in expression.Children) Collect(child, selectors);
    }

    static void Write(AnswerBody output, SeriesExemplars series)
    {
        output.Raw("{\"seriesLabels\":"u8);
        WriteLabels(output, series.Series);
        output.Raw(",\"exemplars\":["u8);
        for (var i = 0; i < series.Exemplars.Count; i++)
        {
            var exemplar = series.Exemplars[i];
            output.Raw(i == 0 ? "{\"labels\":"u8 : ",{\"labels\":"u8);
            WriteLabels(output, exemplar.Labels);
            output.Raw(",\"value\":"u8);
            output.QuotedValue(exemplar.Value);
            output.Raw(",\"timestamp\":"u8);
            output.Time(exemplar.TimeMs);
            output.Raw("}"u8);
        }
        output.Raw("]}"u8);
    }

    static void WriteLabels(AnswerBody output, LabelSet labels)
    {
        output.Raw("{"u8);
        for (var i = 0; i < labels.Count; i++)
        {
            if (i > 0) output.Raw(","u8);
            output.String(labels[i].Name);
            output.Raw(":"u8);
            output.String(labels[i].Value);
        }
        output.Raw("}"u8);
    }
}
