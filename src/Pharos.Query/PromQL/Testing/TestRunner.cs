using Pharos.Model.Reading;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Testing;

/// <summary>One eval that did not come out as expected.</summary>
public sealed record TestFailure(int Line, string Reason);

/// <summary>What became of the evals of one file.</summary>
public sealed record TestReport(IReadOnlyList<int> Passed, IReadOnlyList<TestFailure> Failures);

/// <summary>Runs a file of the PromQL test language.</summary>
/// <param name="checksTwice">Also runs each instant eval as the middle of a range query, and with <c>@</c> on its selectors at other times:
/// both must give the same. Finds faults of an engine; a user's rules need it not.</param>
/// <param name="publish">Gives the source to ask instead of memory, once after each change of the data: to test a store with the same files.</param>
public sealed class TestRunner(PromQlEngine engine, bool checksTwice = false, Func<MemorySource, ISeriesSource>? publish = null)
{
    static readonly QueryLimits Limits = new() { MaxSamples = 10_000, Timeout = TimeSpan.FromSeconds(100) };

    readonly MemorySource memory = new();
    ISeriesSource? published;

    /// <exception cref="TestSyntaxException">The text is not in the test language.</exception>
    public TestReport Run(string text, CancellationToken cancellation)
    {
        var passed = new List<int>();
        var failures = new List<TestFailure>();
        memory.Clear();
        published = null;
        foreach (var command in TestReader.Read(text))
        {
            cancellation.ThrowIfCancellationRequested();
            switch (command)
            {
                case ClearCommand:
                    memory.Clear();
                    published = null;
                    break;
                case LoadCommand load:
                    TestLoader.Load(load, memory);
                    published = null;
                    break;
                case EvalCommand eval:
                    published ??= publish?.Invoke(memory) ?? memory;
                    if (Check(eval, cancellation) is { } reason) failures.Add(new(eval.Line, reason));
                    else passed.Add(eval.Line);
                    break;
            }
        }
        return new(passed, failures);
    }

    string? Check(EvalCommand eval, CancellationToken cancellation)
    {
        QueryResult result;
        try
        {
            result = eval.IsRange
                ? engine.Range(published!, eval.Query, eval.StartMs, eval.EndMs, eval.StepMs, Limits, cancellation)
                : engine.Instant(published!, eval.Query, eval.StartMs, Limits, cancellation);
        }
        catch (Exception error) when (error is PromQlEvaluationException or PromQlSyntaxException or QueryTooLargeException)
        {
            if (!eval.Fails) return $"failed: {error.Message}";
            var text = error.Message;
            return eval.FailTexts.Count == 0 || eval.FailTexts.Exists(expected => expected.Accepts(text)) ? null : $"failed with \"{text}\", expected \"{eval.FailTexts[0]}\"";
        }
        using (result)
        {
            if (eval.Fails) return "expected an error, got a result";
            if ((NoteCheck.Check(eval, result) ?? ResultCheck.Check(eval, result)) is { } reason) return reason;
        }
        return checksTwice && !eval.IsRange && eval.RangeVector is null && eval.Text is null ? CheckTwice(eval, cancellation) : null;
    }

    string? CheckTwice(EvalCommand eval, CancellationToken cancellation)
    {
        var expression = PromQlEngine.Parse(eval.Query);
        if (!eval.IsOrdered && !AtRewriter.Calls(expression, ["start", "end", "range", "step"]))
        {
            using var range = engine.Range(published!, eval.Query, eval.StartMs - 60_000, eval.StartMs + 60_000, 60_000, Limits, cancellation);
            if (ResultCheck.CheckStep(eval, range, eval.StartMs) is { } reason) return $"as a range query: {reason}";
        }
        if (AtRewriter.DependsOnTime(expression)) return null;
        var pinned = AtRewriter.Pin(expression, eval.StartMs).ToString();
        long[] times = eval.StartMs == 0 ? [-1000, 0, 1000] : [-10 * eval.StartMs, 0, eval.StartMs / 5, eval.StartMs, 10 * eval.StartMs];
        foreach (var atMs in times)
        {
            using var result = engine.Instant(published!, pinned, atMs, Limits, cancellation);
            if (ResultCheck.Check(eval, result, atMs) is { } reason) return $"as {pinned} at {atMs} ms: {reason}";
        }
        return null;
    }
}
