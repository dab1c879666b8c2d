using Pharos.Model.Labels;

namespace Pharos.Server.Discovery;

/// <summary>Labels while rules change them. Small, unordered, looked through from the front: labels are few.</summary>
/// <remarks>A label with an empty value does not exist. One owner; used again by <see cref="Reset"/>.</remarks>
sealed class MutableLabels
{
    readonly List<Label> labels = [];

    public MutableLabels()
    {
    }

    public MutableLabels(LabelSet start) => labels.AddRange(start);

    public int Count => labels.Count;

    public Label this[int index] => labels[index];

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

    public void Reset() => labels.Clear();

    public void Set(string name, string value)
    {
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i].Name != name) continue;
            if (value.Length == 0) labels.RemoveAt(i);
            else labels[i] = new(name, value);
            return;
        }
        if (value.Length > 0) labels.Add(new(name, value));
    }

    /// <summary>Sets the label only when it does not exist.</summary>
    public void SetDefault(string name, string value)
    {
        if (this[name].Length == 0) Set(name, value);
    }

    public void RemoveWhere(Predicate<Label> condition) => labels.RemoveAll(condition);

    public LabelSet ToLabelSet() => LabelSet.From(labels);
}
