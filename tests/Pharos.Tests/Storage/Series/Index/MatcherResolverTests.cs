using Pharos.Model.Labels;
using Pharos.Model.Writing;
using Pharos.Storage.Series.Index;

namespace Pharos.Tests.Storage.Series.Index;

public sealed class MatcherResolverTests : IDisposable
{
    readonly SeriesCatalogue catalogue = new(new KeyedHash(), 4096);
    readonly MatcherResolver resolver;
    readonly ManualResetEventSlim costlyBegan = new();
    readonly ManualResetEventSlim costlyMayEnd = new();

    public MatcherResolverTests() => resolver = new MatcherResolver(catalogue, Accepts);

    public void Dispose()
    {
        catalogue.Dispose();
        costlyBegan.Dispose();
        costlyMayEnd.Dispose();
    }

    [Fact]
    public async Task A_costly_pattern_holds_up_neither_new_series_nor_other_queries()
    {
        Add("text", "x");
        Add("job", "api");
        var costly = Begin(Costly, CancellationToken.None);
        costlyBegan.Wait(TestContext.Current.CancellationToken);

        var others = Task.Run(
            () =>
            {
                Add("job", "worker");
                return resolver.Resolve([new LabelMatcher(MatchKind.Regex, "job", "api|worker")], TestContext.Current.CancellationToken);
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(new uint[] { 1u, 2u }, await others.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
        Assert.False(costly.IsCompleted);
        costlyMayEnd.Set();
        Assert.Equal(new uint[] { 0u }, await costly);
    }

    [Fact]
    public async Task Who_waits_for_the_same_costly_pattern_can_give_up()
    {
        Add("text", "x");
        var first = Begin(Costly, CancellationToken.None);
        costlyBegan.Wait(TestContext.Current.CancellationToken);
        using var impatient = new CancellationTokenSource();
        var second = Begin(Costly, impatient.Token);

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);
        costlyMayEnd.Set();
        Assert.Equal(new uint[] { 0u }, await first);
    }

    [Fact]
    public async Task A_series_that_comes_while_a_pattern_runs_is_left_out_whatever_the_pattern_would_say()
    {
        Add("text", "x");
        Add("other", "y");
        var refusing = Begin(new LabelMatcher(MatchKind.NotRegex, "text", "x|z"), CancellationToken.None);
        costlyBegan.Wait(TestContext.Current.CancellationToken);
        Add("text", "z");

        costlyMayEnd.Set();

        Assert.Equal(new uint[] { 1u }, await refusing);
    }

    [Fact]
    public void What_was_remembered_of_a_pattern_grows_with_the_values()
    {
        var matcher = new LabelMatcher(MatchKind.Regex, "job", "a.*");
        var opposite = new LabelMatcher(MatchKind.NotRegex, "job", "a.*");
        Add("job", "a1");
        Add("job", "b1");
        Add("other", "x");
        Assert.Equal([0u], resolver.Resolve([matcher], default));
        Assert.Equal([1u, 2u], resolver.Resolve([opposite], default));

        Add("job", "a2");
        Add("job", "b2");

        Assert.Equal([0u, 3u], resolver.Resolve([matcher], default));
        Assert.Equal([1u, 2u, 4u], resolver.Resolve([opposite], default));
    }

    [Fact]
    public void Patterns_that_take_much_are_forgotten_before_they_fill_the_memory()
    {
        var random = new Random(3);
        for (var i = 0; i < 20; i++) Add("job", new string([.. Enumerable.Range(0, 2_000).Select(_ => random.Next(2) == 0 ? 'a' : 'b')]));
        var most = 0L;
        var one = 0L;
        for (var i = 0; i < 60; i++)
        {
            // Whether an 'a' was 150 places before: each place of the text leads to another state.
            resolver.Resolve([new LabelMatcher(MatchKind.Regex, "job", $"(?:[ab]*a[ab]{{150}}c)|d{i}")], TestContext.Current.CancellationToken);
            most = Math.Max(most, resolver.RememberedBytes);
            if (i == 0) one = resolver.RememberedBytes;
        }

        Assert.InRange(one, 1 << 20, 20 << 20);
        Assert.InRange(most, one, (64 << 20) + one);
    }

    static LabelMatcher Costly => new(MatchKind.Regex, "text", "x");

    /// <summary>Values of <c>text</c> are judged only once <see cref="costlyMayEnd"/> is set.</summary>
    bool Accepts(LabelMatcher matcher, ReadOnlySpan<char> value)
    {
        if (matcher.Name == "text")
        {
            costlyBegan.Set();
            costlyMayEnd.Wait(TestContext.Current.CancellationToken);
        }
        return matcher.Matches(value);
    }

    Task<uint[]> Begin(LabelMatcher matcher, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => resolver.Resolve([matcher], cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    void Add(string name, string value)
    {
        var labels = new LabelSetBuilder();
        labels.Add(name, value);
        Assert.True(labels.Sort());
        Assert.True(catalogue.TryIntern(labels, out _, out _));
    }
}
