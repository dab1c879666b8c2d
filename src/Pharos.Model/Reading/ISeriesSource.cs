using Pharos.Model.Labels;

namespace Pharos.Model.Reading;

/// <summary>Where series are read: the embedded store, or a client of a bigger engine.</summary>
public interface ISeriesSource
{
    /// <summary>Leases one immutable view; everything read through it is consistent. Dispose it soon: it holds files open.</summary>
    ISeriesSnapshot Lease();
}

/// <summary>A consistent view of all series. One query uses one; not for several threads at once unless said.</summary>
public interface ISeriesSnapshot : IDisposable
{
    ILabelSymbols Symbols { get; }

    /// <summary>The series that all matchers accept, in batches. Series come in a stable order, each once.</summary>
    /// <exception cref="QueryTooLargeException">More bytes than the hints allow.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ISeriesCursor Select(IReadOnlyList<LabelMatcher> matchers, SelectHints hints, CancellationToken cancellation);

    /// <summary>Names of labels on series that match and have a sample in the range, sorted. No matcher: all series.</summary>
    IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation);

    /// <summary>Values of one label, as <see cref="LabelNames"/>.</summary>
    IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation);
}

/// <summary>Yields the series of one selector. One virtual call a batch, none a sample.</summary>
public interface ISeriesCursor : IDisposable
{
    /// <summary>Fills the batch anew with up to <see cref="SeriesBatch.MaxSeries"/> series; false when there are no more.</summary>
    bool MoveNext(SeriesBatch batch);
}
