using System.Buffers;
using System.Text;
using Pharos.Model.Labels;

namespace Pharos.Storage.Series.Index;

/// <summary>Finds the series that all matchers accept: patterns run on distinct label values, never on series.</summary>
/// <remarks>
/// <para>Method: each matcher becomes a set of pairs. The rarest set that a series <em>must</em> meet gives the candidates through postings; the
/// other matchers, and those that absent labels satisfy too, filter the candidates by their pair numbers.</para>
/// <para>Which pairs a pattern accepts is remembered and extended as pairs are added; pairs never change. All that is remembered, with the
/// automata of the patterns, takes about <see cref="MaxRememberedBytes"/> at most: then it is forgotten.</para>
/// <para>Threads: safe for all. Patterns run under a lock of their matcher alone: a costly one holds up neither other queries nor new series.
/// The catalogue's read lock is taken to note how far it reaches, and again to collect the series.</para>
/// </remarks>
/// <param name="catalogue">Of the store.</param>
/// <param name="accepts">Whether a matcher accepts a value; left out: its own judgement.</param>
sealed class MatcherResolver(SeriesCatalogue catalogue, MatcherResolver.Judgement? accepts = null)
{
    const long MaxRememberedBytes = 64 << 20;
    const int EntryBytes = 256;
    const int WaitMs = 50;

    readonly Judgement accepts = accepts ?? (static (matcher, value) => matcher.Matches(value));
    readonly Lock gate = new();
    readonly Dictionary<LabelMatcher, Remembered> remembered = [];
    long rememberedBytes;

    public delegate bool Judgement(LabelMatcher matcher, ReadOnlySpan<char> value);

    /// <summary>About what all that is remembered takes.</summary>
    public long RememberedBytes
    {
        get
        {
            lock (gate) return rememberedBytes;
        }
    }

    /// <summary>Ascending dense indexes of the series that were there when it was called. No matcher: all of them.</summary>
    public uint[] Resolve(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellation)
    {
        var asked = new Asked[matchers.Count];
        var known = Ask(matchers, asked);
        var conditions = new Condition[asked.Length];
        for (var i = 0; i < asked.Length; i++) conditions[i] = new Condition(!matchers[i].MatchesEmpty, PairsOf(matchers[i], asked[i], cancellation), 0);

        using var _ = catalogue.Read();
        var rarest = -1;
        for (var i = 0; i < conditions.Length; i++)
        {
            conditions[i] = conditions[i] with { Series = CountSeries(conditions[i].Pairs) };
            if (conditions[i].IsRequired && (rarest < 0 || conditions[i].Series < conditions[rarest].Series)) rarest = i;
        }
        var candidates = rarest < 0 ? All(known) : Below(known, Union(conditions[rarest]));
        for (var i = 0; i < conditions.Length && candidates.Length > 0; i++)
        {
            if (i == rarest) continue;
            cancellation.ThrowIfCancellationRequested();
            candidates = Filter(candidates, conditions[i]);
        }
        return candidates;
    }

    /// <summary>What is known of a matcher's label at one moment.</summary>
    /// <param name="Newest">The newest pair of the name, or -1.</param>
    /// <param name="Equal">The one pair that decides, or -1 when all pairs of the name must be looked at.</param>
    readonly record struct Asked(int Newest, int Equal);

    /// <summary>What a matcher asks of a series' pairs.</summary>
    /// <param name="IsRequired">One of the pairs must be there; otherwise none of them may.</param>
    /// <param name="Series">Series that have one of the pairs.</param>
    readonly record struct Condition(bool IsRequired, int[] Pairs, long Series);

    sealed class Remembered(LabelMatcher matcher)
    {
        public readonly LabelMatcher Matcher = matcher;
        public int Newest = -1;
        public int[] Pairs = [];
        public long CountedBytes;
    }

    /// <returns>The number of series at that moment. Later ones are left out, as the patterns do not know their pairs.</returns>
    int Ask(IReadOnlyList<LabelMatcher> matchers, Span<Asked> asked)
    {
        using var _ = catalogue.Read();
        for (var i = 0; i < asked.Length; i++)
        {
            var matcher = matchers[i];
            var name = Encoding.UTF8.GetBytes(matcher.Name);
            if (!catalogue.TryFindName(name, out var number)) asked[i] = new Asked(-1, -1);
            else if (!IsDecidedByOne(matcher)) asked[i] = new Asked(catalogue.Pairs.NewestPairOf(number), -1);
            else asked[i] = new Asked(-1, catalogue.Pairs.TryFindPair(name, matcher.ValueUtf8.Span, out var pair) ? pair : -1);
        }
        return catalogue.Count;
    }

    static bool IsDecidedByOne(LabelMatcher matcher) => matcher.Kind is MatchKind.Equal or MatchKind.NotEqual && matcher.Value.Length > 0;

    /// <summary>An absent label has the value "": of a matcher that accepts it, the pairs that are wrong; of others, those that are right.</summary>
    int[] PairsOf(LabelMatcher matcher, Asked asked, CancellationToken cancellation)
    {
        if (asked.Equal >= 0) return [asked.Equal];
        return asked.Newest < 0 ? [] : Accepted(matcher, asked.Newest, wanted: !matcher.MatchesEmpty, cancellation);
    }

    long CountSeries(int[] pairs)
    {
        long series = 0;
        foreach (var pair in pairs) series += catalogue.Postings.Count(pair);
        return series;
    }

    /// <summary>Pairs of the name, up to the newest and perhaps beyond, whose value the matcher accepts (or, not wanted, refuses).</summary>
    int[] Accepted(LabelMatcher matcher, int newest, bool wanted, CancellationToken cancellation)
    {
        var known = Remember(matcher);
        while (!Monitor.TryEnter(known, WaitMs)) cancellation.ThrowIfCancellationRequested();
        try
        {
            if (newest <= known.Newest) return known.Pairs;
            var added = Look(known.Matcher, newest, known.Newest, wanted, cancellation);
            if (added.Count > 0) known.Pairs = [.. known.Pairs, .. added];
            known.Newest = newest;
            Count(known);
            return known.Pairs;
        }
        finally
        {
            Monitor.Exit(known);
        }
    }

    Remembered Remember(LabelMatcher matcher)
    {
        lock (gate)
        {
            if (remembered.TryGetValue(matcher, out var known)) return known;
            if (rememberedBytes > MaxRememberedBytes)
            {
                remembered.Clear();
                rememberedBytes = 0;
            }
            return remembered[matcher] = new Remembered(matcher);
        }
    }

    /// <summary>With the automaton, which grew while it looked.</summary>
    void Count(Remembered known)
    {
        var matcher = known.Matcher;
        var bytes = EntryBytes + (matcher.Value.Length * sizeof(char)) + (known.Pairs.Length * (long)sizeof(int)) + (matcher.Pattern?.SizeBytes ?? 0);
        lock (gate)
        {
            if (!remembered.TryGetValue(matcher, out var current) || !ReferenceEquals(current, known)) return;
            rememberedBytes += bytes - known.CountedBytes;
            known.CountedBytes = bytes;
        }
    }

    /// <summary>Reads texts of known pairs, which need no lock.</summary>
    List<int> Look(LabelMatcher matcher, int newest, int until, bool wanted, CancellationToken cancellation)
    {
        var found = new List<int>();
        var text = ArrayPool<char>.Shared.Rent(256);
        try
        {
            for (var pair = newest; pair > until; pair = catalogue.Pairs.PreviousOfName(pair))
            {
                cancellation.ThrowIfCancellationRequested();
                var value = catalogue.ValueUtf8(pair);
                if (text.Length < value.Length)
                {
                    ArrayPool<char>.Shared.Return(text);
                    text = ArrayPool<char>.Shared.Rent(value.Length);
                }
                var length = Encoding.UTF8.GetChars(value, text);
                if (accepts(matcher, text.AsSpan(0, length)) == wanted) found.Add(pair);
            }
            return found;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }

    static uint[] All(int count)
    {
        var all = new uint[count];
        for (var i = 0u; i < all.Length; i++) all[i] = i;
        return all;
    }

    static uint[] Below(int count, uint[] ascending)
    {
        var kept = ascending.Length;
        while (kept > 0 && ascending[kept - 1] >= count) kept--;
        return kept == ascending.Length ? ascending : ascending[..kept];
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
