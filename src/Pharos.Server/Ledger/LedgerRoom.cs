using System.Diagnostics.Metrics;
using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Rooms;
using Pharos.Server.State;

namespace Pharos.Server.Ledger;

/// <summary>Keeps what happened to each alert, and answers why somebody was told of it, or was not.</summary>
/// <remarks>Threads: other rooms are put together before requests come; the rest is for all.</remarks>
sealed class LedgerRoom : IRoom
{
    readonly TimeProvider time;
    readonly RuleBook rules = new();
    readonly List<Func<IReadOnlyList<LabelMatcher>, WhyAnswer?>> explanations = [];
    readonly Meter meter = new("Pharos.Alerting.Ledger");

    public LedgerRoom(StateDatabase state, TimeProvider time)
    {
        this.time = time;
        Ledger = new(state);
        meter.CreateObservableCounter("pharos_alerting_ledger_dropped_total", () => state.DroppedNotes, null, "Rows of the ledger that were dropped because too many waited to be written.");
    }

    public AlertLedger Ledger { get; }

    public void Map(DoorTable doors)
    {
        new LedgerEndpoints(Ledger, time).Map(doors);
        new WhyEndpoint(Ledger, Unseen, time).Map(doors);
    }

    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        preparation.OnSwap(() => Ledger.Bounds = next.Of<LedgerConfig>());
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells which alerting rules there are, so that an alert that was never seen can be explained.</summary>
    public void TellRules(IEnumerable<(string Name, string Expression)> alertingRules) => rules.Replace(alertingRules);

    /// <summary>Asks another room first why an alert of its own was never seen; it answers null about those of others.</summary>
    public void AskFirst(Func<IReadOnlyList<LabelMatcher>, WhyAnswer?> whyUnseen) => explanations.Add(whyUnseen);

    public ValueTask DisposeAsync()
    {
        meter.Dispose();
        return ValueTask.CompletedTask;
    }

    WhyAnswer Unseen(IReadOnlyList<LabelMatcher> matchers) => explanations.Select(explain => explain(matchers)).FirstOrDefault(answer => answer is not null) ?? rules.WhyUnseen(matchers);
}
