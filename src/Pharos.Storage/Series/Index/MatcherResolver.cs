using System.Buffers;
using System.Text;
using Pharos.Model.Labels;

namespace Pharos.Storage.Series.Index;

/// <summary>Finds the series that all matchers accept: patterns run on distinct label values, never on series.</summary>
/// <remarks>
/// <para>Method: each matcher becomes a set of pairs. The rarest set that a series <em>must</em> meet gives the candidates through postings; the
/// other matchers, and those that absent labels satisfy too, filter the candidates by their pair numbers.</para>
/// <para>Which pairs a pattern accepts is remembered and extended as pairs are added; pairs never change.</para>
/// <para>Threads: safe for all. Takes the catalogue's read lock.</para>
/// </remarks>
sealed class MatcherResolver(SeriesCatalogue catalogue)
{
    const int MaxRememberedPairs = 4 << 20;

    readonly Lock gate = new();
    readonly Dictionary<LabelMatcher, Remembered> remembered = [];
    int rememberedPairs;

    /// <summary>Ascending dense indexes. No matcher: all series.</summary>
    public uint[] Resolve(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellation)
    {
        using var _ = catalogue.Read();
        var conditions = new Condition[matchers.Count];
        for (var i = 0; i < conditions.Length; i++) conditions[i] = Compile(matchers[i], cancellation);

        var rarest = -1;
        for (var i = 0; i < conditions.Length; i++)
        {
            if (conditions[i].IsRequired && (rarest < 0 || conditions[i].Series < conditions[rarest].Series)) rarest = i;
        }
        var candidates = rarest < 0 ? All() : Union(conditions[rarest]);
        for (var i = 0; i < conditions.Length && candidates.Length > 0; i++)
        {
            if (i == rarest) continue;
            cancellation.ThrowIfCancellationRequested();
            candidates = Filter(candidates, conditions[i]);
        }
        return candidates;
    }

    /// <summary>What a matcher asks of a series' pairs.</summary>
    /// <param name="IsRequired">One of the pairs must be there; otherwise none of them may.</param>
    /// <param name="Series">Series that have one of the pairs.</param>
    readonly record struct Condition(bool IsRequired, int[] Pairs, long Series);

    sealed class Remembered
    {
        public int Newest = -1;
        public List<int> Pairs { get; } = [];
    }

    Condition Compile(LabelMatcher matcher, CancellationToken cancellation)
    {
        // An absent label has the value "": whoever accepts it is asked which pairs are wrong instead of which are right.
        var isRequired = !matcher.MatchesEmpty;
        var name = Encoding.UTF8.GetBytes(matcher.Name);
        if (!catalogue.TryFindName(name, out var nameNumber)) return new Condition(isRequired, [], 0);
        int[] pairs;
        if (matcher.Kind is MatchKind.Equal or MatchKind.NotEqual && matcher.Value.Length > 0)
        {
            pairs = catalogue.Pairs.TryFindPair(name, matcher.ValueUtf8.Span, out var pair) ? [pair] : [];
            if (matcher.Kind == MatchKind.NotEqual || isRequired) return With(isRequired, pairs);
        }
        pairs = Accepted(matcher, nameNumber, wanted: isRequired, cancellation);
        return With(isRequired, pairs);
    }

    Condition With(bool isRequired, int[] pairs)
    {
        long series = 0;
        foreach (var pair in pairs) series += catalogue.Postings.Count(pair);
        return new Condition(isRequired, pairs, series);
    }

    /// <summary>Pairs of the name whose value the matcher accepts (or, not wanted, refuses).</summary>
    int[] Accepted(LabelMatcher matcher, int name, bool wanted, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (!remembered.TryGetValue(matcher, out var known))
            {
                if (rememberedPairs > MaxRememberedPairs)
                {
                    remembered.Clear();
                    rememberedPairs = 0;
                }
                remembered[matcher] = known = new Remembered();
            }
            var before = known.Pairs.Count;
            var newest = catalogue.Pairs.NewestPairOf(name);
            var text = ArrayPool<char>.Shared.Rent(256);
            try
            {
                for (var pair = newest; pair > known.Newest; pair = catalogue.Pairs.PreviousOfName(pair))
                {
                    if ((pair & 1023) == 0) cancellation.ThrowIfCancellationRequested();
                    var value = catalogue.ValueUtf8(pair);
                    if (text.Length < value.Length)
                    {
                        ArrayPool<char>.Shared.Return(text);
                        text = ArrayPool<char>.Shared.Rent(value.Length);
                    }
                    var length = Encoding.UTF8.GetChars(value, text);
                    if (matcher.Matches(text.AsSpan(0, length)) == wanted) known.Pairs.Add(pair);
                }
                known.Newest = newest;
            }
            catch (OperationCanceledException)
            {
                known.Pairs.RemoveRange(before, known.Pairs.Count - before);
                throw;
            }
            finally
            {
                ArrayPool<char>.Shared.Return(text);
            }
            rememberedPairs += known.Pairs.Count - before + 16;
            return [.. known.Pairs];
        }
    }

    uint[] All()
    {
        var all = new uint[catalogue.Count];
        for (var i = 0u; i < all.Length; i++) all[i] = i;
        return all;
    }

    uint[] Union(Condition condition)
    {
        var series = new uint[condition.Series];
        var filled = 0;
        foreach (var pair in condition.Pairs)
        {
            var count = catalogue.Postings.Count(pair);
            catalogue.Postings.CopyTo(pair, series.AsSpan(filled, count));
            filled += count;
        }
        if (condition.Pairs.Length > 1) Array.Sort(series); // No duplicates: a series has one value for a name.
        return series;
    }

    uint[] Filter(uint[] candidates, Condition condition)
    {
        if (condition.Pairs.Length == 0) return condition.IsRequired ? [] : candidates;
        var kept = 0;
        if (condition.Pairs.Length == 1)
        {
            var pair = condition.Pairs[0];
            foreach (var series in candidates)
            {
                if (catalogue.PairsOf(series).Contains(pair) == condition.IsRequired) candidates[kept++] = series;
            }
        }
        else
        {
            var bits = ArrayPool<ulong>.Shared.Rent((catalogue.Pairs.Count >> 6) + 1);
            Array.Clear(bits);
            foreach (var pair in condition.Pairs) bits[pair >> 6] |= 1UL << (pair & 63);
            foreach (var series in candidates)
            {
                if (HasAny(catalogue.PairsOf(series), bits) == condition.IsRequired) candidates[kept++] = series;
            }
            ArrayPool<ulong>.Shared.Return(bits);
        }
        return kept == candidates.Length ? candidates : candidates[..kept];
    }

    static bool HasAny(ReadOnlySpan<int> pairs, ulong[] bits)
    {
        foreach (var pair in pairs)
        {
            if ((bits[pair >> 6] & (1UL << (pair & 63))) != 0) return true;
        }
        return false;
    }
}
