using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Reading;

namespace Pharos.Query.PromQL;

/// <summary>Pair numbers as text, for messages and for callers that want objects.</summary>
static class PairText
{
    public static LabelSet ToLabelSet(ILabelSymbols symbols, ReadOnlySpan<int> pairs)
    {
        if (pairs.IsEmpty) return LabelSet.Empty;
        var labels = new Label[pairs.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            labels[i] = new(Encoding.UTF8.GetString(symbols.NameUtf8(pairs[i])), Encoding.UTF8.GetString(symbols.ValueUtf8(pairs[i])));
        }
        return LabelSet.From(labels);
    }
}
