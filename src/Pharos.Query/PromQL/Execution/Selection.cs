using Pharos.Model.Labels;
using Pharos.Model.Reading;

namespace Pharos.Query.PromQL.Execution;

/// <summary>What one selector reads. Selectors of a query that read the same share one, which then reads once and keeps the series.</summary>
sealed class Selection(QueryContext context, IReadOnlyList<LabelMatcher> matchers, SelectHints hints) : IDisposable
{
    List<SeriesBatch>? kept;
    long keptBytes;

    /// <summary>How many operators read it; known before the first read, because the whole plan is made first.</summary>
    public int Readers { get; private set; }

    public SampleSource Open()
    {
        Readers++;
        return new Reader(this);
    }

    public void Dispose()
    {
        if (kept is null) return;
        foreach (var batch in kept) batch.Dispose();
        kept = null;
        context.Release(keptBytes, 0);
    }

    ISeriesCursor Select() => context.Snapshot.Select(matchers, hints with { MaxBytes = context.Limits.MaxBytes }, context.Cancellation);

    List<SeriesBatch> ReadAll()
    {
        if (kept is not null) return kept;
        kept = [];
        using var cursor = Select();
        while (true)
        {
            context.CheckTime();
            var batch = new SeriesBatch();
            if (!cursor.MoveNext(batch))
            {
                batch.Dispose();
                return kept;
            }
            kept.Add(batch);
            context.SeriesRead += batch.Count;
            keptBytes += batch.SizeBytes;
            context.Hold(batch.SizeBytes, 0);
        }
    }

    sealed class Reader(Selection selection) : SampleSource
    {
        ISeriesCursor? cursor;
        SeriesBatch? batch;
        int at;

        public override SeriesBatch? Next()
        {
            if (selection.Readers > 1)
            {
                var all = selection.ReadAll();
                return at < all.Count ? all[at++] : null;
            }
            selection.CheckTime();
            cursor ??= selection.Select();
            batch ??= new SeriesBatch();
            if (!cursor.MoveNext(batch)) return null;
            selection.Count(batch);
            return batch;
        }

        public override void Dispose()
        {
            batch?.Dispose();
            cursor?.Dispose();
            batch = null;
            cursor = null;
        }
    }

    void CheckTime() => context.CheckTime();

    void Count(SeriesBatch batch) => context.SeriesRead += batch.Count;
}

/// <summary>Where range functions read raw samples: a selection, or the result of a sub-query.</summary>
abstract class SampleSource : IDisposable
{
    /// <summary>The next batch, valid until the next call; null at the end.</summary>
    public abstract SeriesBatch? Next();

    /// <summary>Whether the series' name is to be removed at the end. Of the current batch.</summary>
    public virtual bool DropsName(int series) => false;

    public virtual void Dispose()
    {
    }
}
