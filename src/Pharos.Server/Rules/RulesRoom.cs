using Pharos.Model.Diagnostics;
using Pharos.Model.Reading;
using Pharos.Model.Text;
using Pharos.Model.Writing;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Queries;
using Pharos.Server.Rooms;
using Pharos.Server.Series;

namespace Pharos.Server.Rules;

/// <summary>Evaluates the rule files of the configuration, and hands alerts over to <see cref="AlertingRoom"/>.</summary>
/// <remarks>
/// <para>A reload leaves groups alone that did not change, hands the state of alerts over to those that did, and ends the series of rules that are gone.</para>
/// <para>Threads: <see cref="Snapshot"/> may be called by anyone, at any time.</para>
/// </remarks>
sealed class RulesRoom : IRoom
{
    readonly ISeriesSource source;
    readonly ISeriesSink sink;
    readonly PromQlEngine engine;
    readonly RulesOptions options;
    readonly QueryLimits limits;
    readonly string externalUrl;
    readonly AlertingRoom alerting;
    readonly FindingBook findings;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly RuleMetrics metrics = new();
    readonly SemaphoreSlim gate;
    readonly CancellationTokenSource stop = new();
    readonly List<Task> departing = [];
    readonly Lock telling = new();
    volatile IReadOnlyList<RuleGroupLoop> loops = [];
    bool applied;

    public RulesRoom(
        ISeriesSource source, ISeriesSink sink, PromQlEngine engine, AlertingRoom alerting, FindingBook findings, RulesOptions options, QueryOptions query, string externalUrl,
        TimeProvider time, ILoggerFactory loggers)
    {
        this.source = source;
        this.sink = sink;
        this.engine = engine;
        this.alerting = alerting;
        this.findings = findings;
        this.options = options;
        this.externalUrl = externalUrl;
        limits = new() { MaxSamples = query.MaxSamples, Timeout = query.Timeout };
        this.time = time;
        logger = loggers.CreateLogger<RulesRoom>();
        gate = new(Math.Max(1, options.Concurrency));
    }

    /// <summary>All groups in the order of their files.</summary>
    public RulesSnapshot Snapshot() => new([.. loops.Select(loop => loop.Group.Snapshot)]);

    /// <summary>When each group was last evaluated, or began to be, and how often it should be.</summary>
    public IReadOnlyList<(string Name, long IntervalMs, long SinceMs)> Pulses() => [.. loops.Select(loop => (loop.Group.Key.Name, loop.Group.IntervalMs, loop.AliveMs))];

    public void Map(DoorTable doors) => new RulesEndpoints(Snapshot).Map(doors);

    /// <summary>Makes all groups anew; the swap leaves alone those that say the same as before.</summary>
    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        var config = next.Of<RulesConfig>();
        var settings = new RuleSettings
        {
            ExternalUrl = externalUrl,
            ExternalLabels = next.Of<SeriesConfig>().ExternalLabels,
            ResendDelay = options.ResendDelay,
            OutageTolerance = options.OutageTolerance,
            GracePeriod = options.GracePeriod,
        };
        var evaluator = new RuleEvaluator(new(source, engine, limits), sink, settings, time);
        var groups =
            from file in config.Files
            from one in file.Groups
            select new RuleGroup(new(file.Path, one.Name), one, config.EvaluationInterval, config.QueryOffset, evaluator, isRestored: applied, metrics, logger);
        var made = groups.ToList();
        preparation.OnSwap(() => SwapAsync(config, made));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested) return;
        // Series are not ended: the rules are evaluated again after a restart.
        await stop.CancelAsync();
        await Task.WhenAll(loops.Select(loop => loop.DisposeAsync().AsTask()));
        await Task.WhenAll(departing);
        metrics.Dispose();
        stop.Dispose();
        gate.Dispose();
    }

    async ValueTask SwapAsync(RulesConfig config, IReadOnlyList<RuleGroup> groups)
    {
        var former = loops.ToDictionary(loop => loop.Group.Key);
        var next = new List<RuleGroupLoop>();
        foreach (var fresh in groups) next.Add(former.Remove(fresh.Key, out var before) ? await ReplaceAsync(before, fresh) : Start(fresh, restores: !applied));
        applied = true;
        loops = next;
        foreach (var gone in former.Values) await EndAsync(gone);
        alerting.TellRules(config.Files.SelectMany(file => file.Groups).SelectMany(group => group.Rules).Where(rule => rule.IsAlert).Select(rule => (rule.Alert, rule.Expr)));
        TellFindings();
    }

    /// <summary>Keeps the loop of a group that says the same as before; else starts a new one with the former one's state.</summary>
    async Task<RuleGroupLoop> ReplaceAsync(RuleGroupLoop before, RuleGroup fresh)
    {
        if (IsSame(before.Group, fresh)) return before;
        await before.DisposeAsync();
        var gone = fresh.Inherit(before.Group);
        MarkStaleLater(gone, before.Group.IntervalMs);
        return Start(fresh, restores: false);
    }

    static bool IsSame(RuleGroup left, RuleGroup right) =>
        left.IntervalMs == right.IntervalMs
        && left.QueryOffsetMs == right.QueryOffsetMs
        && left.Evaluator.Settings == right.Evaluator.Settings
        && ConfigEquality.AreSame(WithoutPlaces(left.Config), WithoutPlaces(right.Config));

    /// <summary>A line added above a group moves it in its file, and changes nothing.</summary>
    static RuleGroupConfig WithoutPlaces(RuleGroupConfig config) =>
        config with { Line = 0, Rules = [.. config.Rules.Select(rule => rule with { Line = 0, Column = 0 })] };

    RuleGroupLoop Start(RuleGroup group, bool restores) => new(group, restores, metrics, gate, due => Evaluated(group, due), logger);

    async Task EndAsync(RuleGroupLoop loop)
    {
        await loop.DisposeAsync();
        MarkStaleLater(loop.Group.Rules, loop.Group.IntervalMs);
    }

    /// <summary>Ends series of rules that are gone, as of now but two intervals later: a rule that only moved to another group has written
    /// newer samples by then, and the store refuses the older marker.</summary>
    void MarkStaleLater(IReadOnlyList<IRule> gone, long intervalMs)
    {
        if (gone.Count == 0) return;
        departing.RemoveAll(task => task.IsCompleted);
        departing.Add(MarkAsync(time.GetUtcNow().ToUnixTimeMilliseconds()));

        async Task MarkAsync(long nowMs)
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2 * intervalMs), time, stop.Token);
            }
            catch (OperationCanceledException)
            {
                return; // The server ends; after its start the series end by themselves, after the lookback.
            }
            foreach (var rule in gone) rule.MarkStale(nowMs);
        }
    }

    void Evaluated(RuleGroup group, IReadOnlyList<DueAlert> due)
    {
        TellFindings();
        foreach (var (alert, expression) in group.Changed) Note(alert, expression);
        alerting.Send([.. due.Select(ToAlert)]);
    }

    /// <summary>The value that brought the alert into its phase is what people ask for first.</summary>
    void Note(AlertState alert, string expression)
    {
        var value = GoText.FormatFloat(alert.Value);
        var (phase, text) = alert.Phase switch
        {
            AlertPhase.Pending => ("pending", $"its rule holds with the value {value}, but not for long enough yet: {expression}"),
            AlertPhase.Firing => ("firing", $"its rule fires with the value {value}: {expression}"),
            _ => ("inactive", $"its rule holds no more: {expression}"),
        };
        alerting.NoteRule(alert.Labels, phase, text);
    }

    Alert ToAlert(DueAlert due)
    {
        var alert = due.Alert;
        var url = $"{externalUrl}/graph?g0.expr={GoText.QueryEscape(due.Expression)}&g0.tab=1";
        return new(alert.Labels, alert.Annotations, alert.FiredAtMs ?? alert.ActiveAtMs, alert.ResolvedAtMs ?? alert.ValidUntilMs, url);
    }

    /// <summary>A rule that fails is a finding until it succeeds.</summary>
    void TellFindings()
    {
        var failing =
            from loop in loops
            from rule in loop.Group.Rules
            where rule.Snapshot.Health == RuleHealth.Err
            let file = ConfigSource.Show(loop.Group.Key.File)
            select new Finding(
                "rule-fails", $"{file}/{loop.Group.Key.Name}/{rule.Snapshot.Name}", Severity.Error, $"{file}:{Math.Max(1, rule.Config.Line)}:{Math.Max(1, rule.Config.Column)}",
                $"rule {rule.Snapshot.Name} of group {loop.Group.Key.Name} fails: {rule.Snapshot.LastError}", "", $"/rules?filter={Uri.EscapeDataString(rule.Snapshot.Name)}");
        lock (telling) findings.Replace("rules", [.. failing]); // Groups tell on threads of their own: the list looked up last must also be the one that stays.
    }
}
