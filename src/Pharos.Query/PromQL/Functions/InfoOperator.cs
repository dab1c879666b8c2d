using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Functions;

/// <summary>info(v, {selector}): adds labels of info series (by default <c>target_info</c>) with the same <c>instance</c> and <c>job</c>.</summary>
/// <remarks>Which info series describes a series may change from step to step; then the result is several series.</remarks>
sealed class InfoOperator : TableOperator
{
    static readonly string[] Identifying = ["instance", "job"];

    readonly VectorOperator inner;
    readonly StepGrid grid;
    readonly QueryContext context;
    readonly WindowPlan lookback;
    readonly List<LabelMatcher> nameMatchers = [];
    readonly List<LabelMatcher> dataMatchers = [];

    /// <param name="lookback">Where info samples are looked for at each step.</param>
    public InfoOperator(VectorOperator inner, VectorSelector? selector, WindowPlan lookback, StepGrid grid, QueryContext context)
    {
        (this.inner, this.grid, this.context, this.lookback) = (inner, grid, context, lookback);
        foreach (var matcher in selector?.Matchers ?? [])
        {
            if (matcher.Name == LabelSet.MetricName) nameMatchers.Add(matcher);
            else dataMatchers.Add(matcher);
        }
        IgnoresInfoSeries = selector is null || nameMatchers.Count > 0;
        // A name that is only excluded leaves all info metrics, which are told by their suffix.
        if (nameMatchers.Count > 0 && !nameMatchers.Exists(matcher => matcher.Kind is MatchKind.Equal or MatchKind.Regex)) nameMatchers.Add(new(MatchKind.Regex, LabelSet.MetricName, ".+_info"));
        if (nameMatchers.Count == 0) nameMatchers.Add(new(MatchKind.Equal, LabelSet.MetricName, "target_info"));
    }

    /// <summary>Series that are info series themselves stay as they are; only when the caller says which they are, or leaves that to us.</summary>
    bool IgnoresInfoSeries { get; }

    public override void Dispose()
    {
        base.Dispose();
        inner.Dispose();
    }

    protected override Table Build()
    {
        using var bases = Table.Of(inner, grid, context);
        var ignored = new bool[bases.Count];
        for (var row = 0; row < bases.Count; row++)
        {
            var name = context.MetricOf(bases.Pairs(row));
            ignored[row] = IgnoresInfoSeries && nameMatchers.TrueForAll(matcher => matcher.Matches(name));
        }
        using var infos = Fetch(bases, ignored);
        return Combine(bases, ignored, infos);
    }

    /// <summary>The info series that share an instance and a job with any series; values are the samples' times.</summary>
    Table? Fetch(Table bases, bool[] ignored)
    {
        var matchers = new List<LabelMatcher>();
        foreach (var label in Identifying)
        {
            var number = context.Symbols.Name(label);
            var values = new SortedSet<string>(StringComparer.Ordinal);
            for (var row = 0; row < bases.Count; row++)
            {
                if (!ignored[row] && context.Symbols.ValueOf(bases.Pairs(row), number) is { Length: > 0 } value) values.Add(value);
            }
            if (values.Count > 0) matchers.Add(new(MatchKind.Regex, label, string.Join('|', values.Select(Quoted))));
        }
        if (matchers.Count == 0) return null;
        matchers.AddRange(nameMatchers);
        matchers.AddRange(dataMatchers);
        using var selection = new Selection(context, matchers, new(lookback.AfterMs, lookback.ThroughMs, Want.Samples));
        using var selector = new InstantSelector(selection.Open(), lookback, SampleAspect.InfoTime, dropsName: false, context);
        return Table.Of(selector, grid, context);
    }

    /// <summary>Escapes what a regular expression would read as syntax.</summary>
    static string Quoted(string value)
    {
        var quoted = new System.Text.StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (@"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal)) quoted.Append('\\');
            quoted.Append(c);
        }
        return quoted.ToString();
    }

    Table Combine(Table bases, bool[] ignored, Table? infos)
    {
        var merge = new PairSetIndex();
        var output = new Table(grid, context);
        var identity = new PairFilter(context.Symbols, Identifying, keepsNamed: true);
        var bySignature = GroupInfos(infos, identity, out var index);
        var kept = new int[64];
        var chosen = new List<int>();
        for (var row = 0; row < bases.Count; row++)
        {
            var pairs = bases.Pairs(row);
            if (kept.Length < pairs.Length) kept = new int[pairs.Length * 2];
            var signature = index.Find(kept.AsSpan(0, identity.Copy(pairs, kept)));
            var candidates = ignored[row] || signature < 0 ? [] : bySignature[signature];
            var labelled = new Dictionary<string, int[]?>(StringComparer.Ordinal);
            for (var step = 0; step < grid.Count; step++)
            {
                if (!Presence.Has(bases.Present(row), step)) continue;
                Choose(infos, candidates, step, chosen);
                var key = string.Join(',', chosen);
                if (!labelled.TryGetValue(key, out var result)) labelled.Add(key, result = ignored[row] ? pairs.ToArray() : Labelled(pairs, infos, chosen));
                if (result is null) continue;
                var at = merge.FindOrAdd(result, out var added);
                if (added) output.AddRow(result, bases.DropsName(row));
                if (Presence.Has(output.Present(at), step)) throw LabelMerge.Duplicate();
                output.Set(at, step, bases.Values(row)[step], bases.HistogramAt(row, step));
            }
        }
        return output;
    }

    List<List<int>> GroupInfos(Table? infos, PairFilter identity, out PairSetIndex index)
    {
        index = new();
        var groups = new List<List<int>>();
        var kept = new int[64];
        for (var row = 0; row < (infos?.Count ?? 0); row++)
        {
            var pairs = infos!.Pairs(row);
            if (kept.Length < pairs.Length) kept = new int[pairs.Length * 2];
            var signature = index.FindOrAdd(kept.AsSpan(0, identity.Copy(pairs, kept)));
            if (signature == groups.Count) groups.Add([]);
            groups[signature].Add(row);
        }
        return groups;
    }

    /// <summary>Of each info metric the series with the newest sample at that step.</summary>
    void Choose(Table? infos, List<int> candidates, int step, List<int> chosen)
    {
        chosen.Clear();
        foreach (var row in candidates)
        {
            if (!Presence.Has(infos!.Present(row), step)) continue;
            var name = context.Symbols.Find(infos.Pairs(row), context.Symbols.MetricName);
            var rival = chosen.FindIndex(other => context.Symbols.Find(infos.Pairs(other), context.Symbols.MetricName) == name);
            if (rival < 0)
            {
                chosen.Add(row);
                continue;
            }
            var (existing, current) = (infos.Values(chosen[rival])[step], infos.Values(row)[step]);
            if (existing == current)
            {
                throw new PromQlEvaluationException($"found duplicate series for info metric: existing {context.Symbols.Text(infos.Pairs(chosen[rival]))} @ {(long)(existing * 1000)}, "
                    + $"new {context.Symbols.Text(infos.Pairs(row))} @ {(long)(current * 1000)}");
            }
            if (current > existing) chosen[rival] = row;
        }
    }

    /// <summary>The series' labels with those of the info series; null when the selector asks for labels that no info series has.</summary>
    int[]? Labelled(ReadOnlySpan<int> pairs, Table? infos, List<int> chosen)
    {
        if (chosen.Count == 0) return dataMatchers.TrueForAll(matcher => matcher.MatchesEmpty) ? pairs.ToArray() : null;
        var added = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in chosen)
        {
            foreach (var pair in infos!.Pairs(row))
            {
                var name = System.Text.Encoding.UTF8.GetString(context.Symbols.NameUtf8(pair));
                if (name == LabelSet.MetricName || (dataMatchers.Count > 0 && !dataMatchers.Exists(matcher => matcher.Name == name))) continue;
                var value = context.Symbols.Value(pair);
                if (added.TryGetValue(name, out var other) && other != value) throw new PromQlEvaluationException($"conflicting label: {name}");
                if (context.Symbols.Find(pairs, context.Symbols.NameOf(pair)) is null) added[name] = value;
            }
        }
        var result = pairs.ToArray();
        foreach (var (name, value) in added) result = context.Symbols.With(result, name, value);
        return result;
    }
}
