using System.Text;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series.Views;

/// <summary>Label names, and values of one label, that series with a sample in the reader's range have.</summary>
/// <remarks>
/// <para>Method: a name or value is in the list as soon as one of its series has a sample; the others are not asked. Without matchers the lists
/// of the catalogue are walked, and no series but the first of each text is touched as a rule.</para>
/// <para>Order: by bytes. Threads: one.</para>
/// </remarks>
sealed class LabelListing(SeriesCatalogue catalogue, SeriesReader reader, CancellationToken cancellation)
{
    const int FirstSeries = 8;

    readonly SampleColumns columns = new();
    int looks;

    /// <param name="series">Those to look at; null: all of the store.</param>
    public List<string> Names(uint[]? series)
    {
        var found = new HashSet<int>();
        if (series is null)
        {
            for (var name = 0; name < catalogue.NameCount; name++)
            {
                if (IsNameUsed(name)) found.Add(name);
            }
        }
        else
        {
            foreach (var index in series)
            {
                var pairs = catalogue.PairsOf(index);
                if (!HasAnyBeyond(pairs, found) || !HasSamples(index)) continue;
                foreach (var pair in pairs) found.Add(catalogue.NameOf(pair));
            }
        }
        return Texts(found, name => catalogue.Pairs.NameUtf8OfNumber(name));
    }

    /// <param name="name">Number of the label's name.</param>
    /// <param name="series">Those to look at; null: all of the store.</param>
    public List<string> Values(int name, uint[]? series)
    {
        var found = new HashSet<int>();
        if (series is null)
        {
            foreach (var pair in catalogue.PairsOfName(name))
            {
                if (IsUsed(pair)) found.Add(pair);
            }
        }
        else
        {
            foreach (var index in series)
            {
                var pair = PairOf(index, name);
                if (pair >= 0 && !found.Contains(pair) && HasSamples(index)) found.Add(pair);
            }
        }
        return Texts(found, catalogue.ValueUtf8);
    }

    delegate ReadOnlySpan<byte> TextOf(int number);

    static List<string> Texts(HashSet<int> numbers, TextOf text)
    {
        var sorted = numbers.ToArray();
        Array.Sort(sorted, (left, right) => text(left).SequenceCompareTo(text(right)));
        return [.. sorted.Select(number => Encoding.UTF8.GetString(text(number)))];
    }

    bool IsNameUsed(int name)
    {
        foreach (var pair in catalogue.PairsOfName(name))
        {
            if (IsUsed(pair)) return true;
        }
        return false;
    }

    /// <summary>Asks the first series of the pair, and only when none of them has a sample all others.</summary>
    bool IsUsed(int pair)
    {
        Span<uint> first = stackalloc uint[FirstSeries];
        var copied = catalogue.CopySeriesOf(pair, first);
        foreach (var index in first[..copied])
        {
            if (HasSamples(index)) return true;
        }
        if (copied < FirstSeries) return false;
        foreach (var index in catalogue.SeriesOf(pair).AsSpan(FirstSeries))
        {
            if (HasSamples(index)) return true;
        }
        return false;
    }

    bool HasAnyBeyond(ReadOnlySpan<int> pairs, HashSet<int> names)
    {
        foreach (var pair in pairs)
        {
            if (!names.Contains(catalogue.NameOf(pair))) return true;
        }
        return false;
    }

    int PairOf(uint index, int name)
    {
        foreach (var pair in catalogue.PairsOf(index))
        {
            if (catalogue.NameOf(pair) == name) return pair;
        }
        return -1;
    }

    bool HasSamples(uint index)
    {
        if ((++looks & 1023) == 0) cancellation.ThrowIfCancellationRequested();
        return reader.HasSamples(index, columns);
    }
}
