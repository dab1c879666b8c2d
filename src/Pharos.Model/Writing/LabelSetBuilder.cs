using System.Text;

namespace Pharos.Model.Writing;

/// <summary>Labels as UTF-8 on their way into the store: collected in any order, then sorted by name.</summary>
/// <remarks>
/// <para>Used again and again by one thread, so that a new series costs no garbage here. Empty values are dropped.</para>
/// <para>Errors: <see cref="Sort"/> returns false when a name occurs twice or is empty; the caller tells its user.</para>
/// </remarks>
public sealed class LabelSetBuilder
{
    byte[] bytes = new byte[1024];
    (int NameStart, int NameLength, int ValueLength)[] labels = new (int, int, int)[32];
    int used;

    public int Count { get; private set; }

    public void Clear()
    {
        used = 0;
        Count = 0;
    }

    public ReadOnlySpan<byte> Name(int index) => bytes.AsSpan(labels[index].NameStart, labels[index].NameLength);

    public ReadOnlySpan<byte> Value(int index) => bytes.AsSpan(labels[index].NameStart + labels[index].NameLength, labels[index].ValueLength);

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return;
        if (used + name.Length + value.Length > bytes.Length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + name.Length + value.Length));
        if (Count == labels.Length) Array.Resize(ref labels, Count * 2);
        name.CopyTo(bytes.AsSpan(used));
        value.CopyTo(bytes.AsSpan(used + name.Length));
        labels[Count++] = (used, name.Length, value.Length);
        used += name.Length + value.Length;
    }

    public void Add(string name, string value) => Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));

    /// <summary>Sorts by name. False: a name is empty or occurs twice.</summary>
    public bool Sort()
    {
        var sound = true;
        for (var i = 0; i < Count; i++) // Insertion: exposition and remote write come nearly sorted, and sets are small.
        {
            sound &= labels[i].NameLength > 0;
            for (var j = i; j > 0; j--)
            {
                var order = Name(j - 1).SequenceCompareTo(Name(j));
                if (order == 0) sound = false;
                if (order <= 0) break;
                (labels[j - 1], labels[j]) = (labels[j], labels[j - 1]);
            }
        }
        return sound;
    }
}
