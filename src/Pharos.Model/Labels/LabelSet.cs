using System.Collections;
using System.Text;
using Pharos.Model.Text;

namespace Pharos.Model.Labels;

/// <summary>An immutable set of labels, sorted by name (ordinal), without empty values.</summary>
/// <remarks>
/// <para>For targets, rules, alerts and configuration: things counted in thousands. Series in the store and in queries
/// are pair numbers (<see cref="Reading.ILabelSymbols"/>), never objects of this class.</para>
/// <para>Equality is by content. Duplicate names: the last given wins.</para>
/// </remarks>
public sealed class LabelSet : IReadOnlyList<Label>, IEquatable<LabelSet>
{
    public const string MetricName = "__name__";

    public static readonly LabelSet Empty = new([]);

    /// <summary>Up to this many, moving labels costs less than a tree of objects.</summary>
    const int FewLabels = 64;

    readonly Label[] labels;

    LabelSet(Label[] sorted) => labels = sorted;

    public int Count => labels.Length;

    public Label this[int index] => labels[index];

    /// <summary>The value of the label, or "" when there is none.</summary>
    public string this[string name]
    {
        get
        {
            foreach (var label in labels)
            {
                if (label.Name == name) return label.Value;
            }
            return "";
        }
    }

    public static LabelSet From(IEnumerable<Label> source)
    {
        var labels = source as Label[] ?? [.. source];
        if (labels.Length <= FewLabels) return From(labels.AsSpan());
        var many = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in labels)
        {
            if (label.Value.Length == 0) many.Remove(label.Name);
            else many[label.Name] = label.Value;
        }
        return many.Count == 0 ? Empty : new([.. many.Select(pair => new Label(pair.Key, pair.Value))]);
    }

    /// <summary>The same without an intermediate list: alerts arrive by the ten thousand.</summary>
    public static LabelSet From(ReadOnlySpan<Label> source)
    {
        if (source.Length > FewLabels) return From((IEnumerable<Label>)source.ToArray());
        var sorted = new Label[source.Length];
        var count = 0;
        foreach (var label in source)
        {
            var place = count; // From behind: most sources are sorted already.
            while (place > 0 && string.CompareOrdinal(sorted[place - 1].Name, label.Name) > 0) place--;
            var isThere = place > 0 && sorted[place - 1].Name == label.Name;
            if (isThere && label.Value.Length > 0)
            {
                sorted[place - 1] = label;
            }
            else if (isThere)
            {
                Array.Copy(sorted, place, sorted, place - 1, count - place);
                count--;
            }
            else if (label.Value.Length > 0)
            {
                Array.Copy(sorted, place, sorted, place + 1, count - place);
                sorted[place] = label;
                count++;
            }
        }
        if (count == 0) return Empty;
        return new(count == sorted.Length ? sorted : sorted[..count]);
    }

    public static LabelSet From(params (string Name, string Value)[] source) => From(source.Select(pair => new Label(pair.Name, pair.Value)));

    public static LabelSet From(IEnumerable<KeyValuePair<string, string>> source) => From(source.Select(pair => new Label(pair.Key, pair.Value)));

    public bool Has(string name) => this[name].Length > 0;

    /// <summary>This set with one label set, or removed when the value is empty.</summary>
    public LabelSet With(string name, string value) => From(labels.Append(new Label(name, value)));

    /// <summary>This set with all labels of the other laid over it.</summary>
    public LabelSet With(LabelSet other) => other.Count == 0 ? this : From(labels.Concat(other.labels));

    public LabelSet Without(params ReadOnlySpan<string> names)
    {
        var kept = new List<Label>(labels.Length);
        foreach (var label in labels)
        {
            if (!names.Contains(label.Name)) kept.Add(label);
        }
        return kept.Count == labels.Length ? this : new([.. kept]);
    }

    public bool Equals(LabelSet? other) => other is not null && labels.AsSpan().SequenceEqual(other.labels);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var label in labels) hash.Add(label);
        return hash.ToHashCode();
    }

    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => labels.GetEnumerator();

    /// <summary>The set as PromQL writes it: <c>name{a="b", c="d"}</c>, the name in front when there is one.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(this[MetricName]);
        var others = labels.Where(label => label.Name != MetricName).ToArray();
        if (others.Length == 0 && text.Length > 0) return text.ToString();
        text.Append('{');
        for (var i = 0; i < others.Length; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(others[i].Name).Append('=').Append(GoText.Quote(others[i].Value));
        }
        return text.Append('}').ToString();
    }
}
