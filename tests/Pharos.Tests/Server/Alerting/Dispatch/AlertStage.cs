using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Notifying;
using Pharos.Server.Text.Matching;

namespace Pharos.Tests.Server.Alerting.Dispatch;

/// <summary>A dispatcher on a clock of its own, whose receivers write down what they are told.</summary>
/// <remarks>Receivers of the text are given a plain integration each; a name that begins with <c>quiet</c> wants no resolved alerts.</remarks>
sealed class AlertStage
{
    public const long Start = 1_800_000_000_000;

    readonly AlertBook alerts = new();
    readonly SilenceBook silences = new();
    readonly NotifyLog log = new();
    Dispatcher dispatcher;

    public AlertStage(string yaml) => (dispatcher, _) = Dispatcher.Begin(Config(yaml), alerts, silences, log, NowMs);

    public long NowMs { get; private set; } = Start;

    /// <summary>One line a notification: <c>12s pager new alerts added: +A +B -C</c>; plus fires, minus is resolved.</summary>
    public List<string> Told { get; } = [];

    /// <summary>The same, for tests that count.</summary>
    public List<(string Receiver, ulong Alert, bool IsFiring)> Deliveries { get; } = [];

    /// <summary>Whether a receiver fails at this moment.</summary>
    public Func<string, bool> Fails { get; set; } = _ => false;

    public NotifyLog Log => log;

    public AlertBook Alerts => alerts;

    /// <param name="labels"><c>A</c>, or <c>A x=1 y=2</c>: the alertname, and more.</param>
    /// <param name="endsIn">Seconds from now; null: it ends five minutes later unless it is posted again.</param>
    public void Post(string labels, double? endsIn = null, double startedAgo = 0)
    {
        var ends = NowMs + (long)((endsIn ?? 300) * 1_000);
        var set = Labels(labels);
        var starts = Math.Min(ends, NowMs - (long)(startedAgo * 1_000));
        dispatcher.Put(new(new(set, LabelSet.Empty, starts, ends, ""), AlertFingerprint.Of(set), NowMs, endsIn is null), NowMs);
    }

    public void Resolve(string labels) => Post(labels, 0);

    public string Silence(string matchers, double seconds) =>
        silences.Set(new("", MatcherParser.ParseAll(matchers), NowMs, NowMs + (long)(seconds * 1_000), NowMs, "me", "", LabelSet.Empty), NowMs, $"s{silences.All.Count()}").Id!;

    public void Expire(string id) => silences.Expire(id, NowMs);

    /// <summary>A reload, or a restart: the books stay, all else is made anew.</summary>
    public void Reload(string yaml) => (dispatcher, _) = Dispatcher.Begin(Config(yaml), alerts, silences, log, NowMs);

    /// <summary>Lets time pass; everything that becomes due on the way happens at its time.</summary>
    public void Run(double seconds)
    {
        var until = NowMs + (long)(seconds * 1_000);
        while (dispatcher.NextDueMs <= until)
        {
            NowMs = Math.Max(NowMs, dispatcher.NextDueMs);
            foreach (var due in dispatcher.Due(NowMs).OfType<GroupDue>()) Deliver(due.Flush);
        }
        NowMs = until;
    }

    static LabelSet Labels(string text)
    {
        var parts = text.Split(' ');
        return LabelSet.From(parts.Skip(1).Select(part => new Label(part.Split('=')[0], part.Split('=')[1])).Prepend(new Label("alertname", parts[0])));
    }

    void Deliver(Flush flush)
    {
        var isWhole = true;
        foreach (var notice in flush.News)
        {
            if (notice.Alerts.Count > 0 && Fails(notice.Key.Receiver))
            {
                isWhole = false;
                continue;
            }
            if (notice.Alerts.Count > 0)
            {
                var shown = notice.Alerts.Select(alert => (alert.IsResolved ? "-" : "+") + alert.Known.Labels["alertname"]);
                Told.Add($"{(NowMs - Start) / 1000.0}s {notice.Key.Receiver} {notice.Reason!.Value.Words()}: {string.Join(' ', shown)}");
                Deliveries.AddRange(notice.Alerts.Select(alert => (notice.Key.Receiver, alert.Known.Fingerprint, !alert.IsResolved)));
            }
            dispatcher.Told(notice, null, NowMs);
        }
        dispatcher.Ended(flush, isWhole, NowMs);
    }

    static AlertmanagerFileConfig Config(string yaml)
    {
        var config = AlertmanagerFiles.Good(yaml);
        return config with { Receivers = [.. config.Receivers.Select(receiver => receiver with { Integrations = [Plain(receiver.Name)] })] };
    }

    static ReceiverIntegration Plain(string name) =>
        new(new("plain", (_, _) => throw new NotSupportedException(), (_, _) => throw new NotSupportedException()), 0, new PlainConfig { SendResolved = !name.StartsWith("quiet", StringComparison.Ordinal) });

    sealed record PlainConfig : IntegrationConfig;
}
