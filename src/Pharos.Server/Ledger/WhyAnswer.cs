using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Model.Time;

namespace Pharos.Server.Ledger;

/// <summary>Why somebody was not paged, in the words that programs read.</summary>
static class WhyReason
{
    public const string NeverTrue = "rule-never-true";
    public const string Pending = "pending";
    public const string Inhibited = "inhibited";
    public const string Silenced = "silenced";
    public const string Muted = "muted";

    /// <summary>Only the first route took it, although there are others. Also the reason of <see cref="LedgerStep.Group"/> rows.</summary>
    public const string DefaultRoute = "default-route";
    public const string Waiting = "waiting";
    public const string RepeatNotDue = "repeat-not-due";
    public const string ReceiverFailing = "receiver-failing";
    public const string TemplateFailing = "template-failing";
    public const string RateLimited = "rate-limited";
    public const string SecretMissing = "secret-missing";
}

/// <summary>The answer to "why was I (not) paged?".</summary>
/// <param name="IsPaged">A service took a notification of the alert, and nothing came after it that kept it back.</param>
/// <param name="Reason">One of <see cref="WhyReason"/>; null: nothing stood in the way.</param>
/// <param name="Mend">What to do about it; "" when nothing is wrong.</param>
/// <param name="Steps">What was known of it, oldest first.</param>
sealed record WhyAnswer(bool IsPaged, string? Reason, string Sentence, string Mend, ulong? Fingerprint, LabelSet Labels, IReadOnlyList<LedgerRow> Steps)
{
    const int MaxRows = 5_000;
    const int MaxOthers = 5;

    /// <summary>Of the alerts that are meant, the one that was heard of last before the moment is judged.</summary>
    /// <returns>Null: no such alert was ever heard of. Whoever would raise it can tell why.</returns>
    public static WhyAnswer? Explain(AlertLedger ledger, IReadOnlyList<LabelMatcher> matchers, long atMs)
    {
        var rows = ledger.Query(new(0, atMs, matchers, Limit: MaxRows));
        if (rows.FirstOrDefault(row => row.Fingerprint is not null) is not { Fingerprint: { } fingerprint } meant) return null;
        return Judge(fingerprint, meant.Labels, [.. rows.Where(row => row.Fingerprint == fingerprint || row.Alerts.Contains(fingerprint)).Reverse()]);
    }

    /// <summary>Of an alert that was never heard of.</summary>
    public static WhyAnswer Unseen(string sentence, string mend) => new(false, WhyReason.NeverTrue, sentence, mend, null, LabelSet.Empty, []);

    /// <summary>Judges one alert by its rows up to the moment that is asked for: a pure function of the ledger.</summary>
    /// <param name="steps">Of that alert, oldest first.</param>
    public static WhyAnswer Judge(ulong fingerprint, LabelSet labels, IReadOnlyList<LedgerRow> steps)
    {
        var name = labels["alertname"].Length > 0 ? labels["alertname"] : labels.ToString();
        var told = steps.Where(step => step.Step is LedgerStep.Rule or LedgerStep.Received).ToList();
        if (told.LastOrDefault() is { Step: LedgerStep.Rule, Reason: "pending" } pending)
        {
            return Answer(WhyReason.Pending, $"Nobody was paged for {name}, because its rule has not held for long enough: {pending.Text}", "shorten \"for\" in the rule if it should fire sooner");
        }
        if (told.LastOrDefault() is { Reason: "inactive" } inactive)
        {
            return Answer(WhyReason.NeverTrue, $"Nobody was paged for {name} at that time, because its rule was not true: {inactive.Text}", "look at the expression over that time");
        }
        var lanes = steps.Where(step => step.Receiver.Length > 0 && step.Step is not LedgerStep.Proof).GroupBy(step => (step.GroupKey, step.Receiver)).ToList();
        var verdicts = lanes.Select(lane => Lane(name, [.. lane])).ToList();
        // What failed is worse than what was held back on purpose; somebody who was told is the best news.
        var worst = verdicts.OrderByDescending(verdict => verdict.Rank).FirstOrDefault();
        if (worst.Sentence is null) return Answer(WhyReason.Waiting, $"Nobody was paged for {name} yet: it has not been looked at", "");
        var isPaged = verdicts.Exists(verdict => verdict.IsPaged);
        return new(isPaged, worst.Reason, worst.Sentence + Others(lanes, worst.Receiver), worst.Mend, fingerprint, labels, steps);

        WhyAnswer Answer(string reason, string sentence, string mend) => new(false, reason, sentence, mend, fingerprint, labels, steps);
    }

    readonly record struct Verdict(string Receiver, int Rank, bool IsPaged, string? Reason, string Sentence, string Mend);

    /// <summary>Whoever was told besides: one that was not told is half of the answer where another was.</summary>
    static string Others(IEnumerable<IGrouping<(string GroupKey, string Receiver), LedgerRow>> lanes, string judged)
    {
        var told = lanes.Where(lane => lane.Key.Receiver != judged)
            .Select(lane => (lane.Key.Receiver, Last: LastTaken(lane)))
            .Where(one => one.Last is not null)
            .DistinctBy(one => one.Receiver)
            .Take(MaxOthers)
            .Select(one => $"{one.Receiver} at {LedgerTexts.Moment(one.Last!.AtMs)}")
            .ToList();
        return told.Count == 0 ? "" : $". Told of it: {string.Join(", ", told)}";
    }

    static LedgerRow? LastTaken(IEnumerable<LedgerRow> steps) => steps.LastOrDefault(step => step is { Step: LedgerStep.Attempt, Outcome: LedgerOutcome.Ok });

    /// <summary>One receiver's view, by the last thing that happened there.</summary>
    static Verdict Lane(string name, IReadOnlyList<LedgerRow> steps)
    {
        var receiver = steps[0].Receiver;
        var isDefault = steps.Any(step => step.Step == LedgerStep.Group && step.Reason == WhyReason.DefaultRoute);
        var last = steps.Last(step => step.Step != LedgerStep.Released || ReferenceEquals(step, steps[^1]));
        var at = LedgerTexts.Moment(last.AtMs);
        return last.Step switch
        {
            LedgerStep.Inhibited => new(receiver, 5, false, WhyReason.Inhibited, $"{receiver} was not told of {name}: {last.Text}, since {at}", "look at inhibit_rules if that alert should not hold this one back"),
            LedgerStep.Silenced => new(receiver, 5, false, WhyReason.Silenced, $"{receiver} was not told of {name}: {last.Text}, since {at}", "expire the silence, or make it narrower"),
            LedgerStep.Muted => new(receiver, 5, false, WhyReason.Muted, $"{receiver} was not told of {name}: {last.Text}, since {at}", "look at the time intervals of the route"),
            LedgerStep.Attempt when last.Outcome == LedgerOutcome.Failed => Failed(name, last, at),
            LedgerStep.Repeat when isDefault => new(receiver, 3, true, WhyReason.DefaultRoute, $"Only {receiver} was told of {name}, because no route but the first takes it; {Told(steps, last)}", "add a route whose matchers take it"),
            LedgerStep.Repeat => new(receiver, 3, false, WhyReason.RepeatNotDue, $"{receiver} was not told of {name} again: {Told(steps, last)}", "shorten repeat_interval of the route if reminders should come sooner"),
            LedgerStep.Attempt when isDefault => new(receiver, 2, true, WhyReason.DefaultRoute, $"Only {receiver} was told of {name} at {at}, because no route but the first takes it", "add a route whose matchers take it"),
            LedgerStep.Attempt => new(receiver, 0, true, null, $"{receiver} was told of {name} at {at}: {last.Text}", ""),
            _ when isDefault && last.Step == LedgerStep.Group => new(receiver, 4, false, WhyReason.DefaultRoute, $"{last.Text}", "add a route whose matchers take it"),
            _ => new(receiver, 4, false, WhyReason.Waiting, $"{receiver} was not told of {name} yet: {last.Text}", "shorten group_wait or group_interval of the route if it should go sooner"),
        };
    }

    static Verdict Failed(string name, LedgerRow last, string at)
    {
        var mend = last.Reason switch
        {
            WhyReason.TemplateFailing => "mend the template; `pharos check alertmanager` names faults",
            WhyReason.RateLimited => "group more, or raise the limit of the service",
            WhyReason.SecretMissing => "set the variable, or create the file of the secret",
            _ => $"try the receiver by `pharos alert test {last.Receiver}`",
        };
        return new(last.Receiver, 6, false, last.Reason, $"{last.Receiver} was not told of {name}: at {at} {last.Text}", mend);
    }

    /// <summary>When it was told, and when it will be again.</summary>
    static string Told(IReadOnlyList<LedgerRow> steps, LedgerRow repeat) =>
        LastTaken(steps) is { } taken && long.TryParse(repeat.Reason, NumberStyles.None, CultureInfo.InvariantCulture, out var repeatMs)
            ? $"it was told at {LedgerTexts.Moment(taken.AtMs)}, and is told again {PromDuration.Format(repeatMs)} after that, unless there is news"
            : repeat.Text;
}
