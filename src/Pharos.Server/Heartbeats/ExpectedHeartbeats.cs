using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Model.Time;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Matching;
using Pharos.Server.Alerting.Persistence;
using Pharos.Server.Ledger;

namespace Pharos.Server.Heartbeats;

/// <summary>Waits for signs of life, and raises <c>HeartbeatMissing</c> through the ordinary routes when one stays away.</summary>
/// <remarks>Threads: safe for all. State is kept on disk; that a heartbeat came is acknowledged when it is there.</remarks>
sealed class ExpectedHeartbeats
{
    public const string AlertName = "HeartbeatMissing";

    /// <summary>How often the alert is told again, so that it does not run out, and for how long each time holds.</summary>
    const long ResendMs = 60_000;
    const long ValidMs = 4 * ResendMs;

    /// <summary>How exactly it is known when this server was last there.</summary>
    const long StampMs = 15_000;

    readonly Lock gate = new();
    readonly AlertDatabase database;
    readonly TimeProvider time;
    readonly Action<IReadOnlyList<Alert>> send;
    readonly Action<LabelSet, string, string> note;
    readonly string externalUrl;
    readonly Dictionary<string, HeartbeatState> states;
    readonly Dictionary<string, long> sentMs = new(StringComparer.Ordinal);
    readonly long? absentFromMs;
    Dictionary<string, ExpectedHeartbeatConfig> expected = new(StringComparer.Ordinal);
    long stampedMs;

    /// <param name="send">Takes alerts on their way; quick.</param>
    /// <param name="note">Writes into the ledger why an alert fires, or no more: labels, phase, sentence.</param>
    public ExpectedHeartbeats(AlertDatabase database, Action<IReadOnlyList<Alert>> send, Action<LabelSet, string, string> note, string externalUrl, TimeProvider time)
    {
        this.database = database;
        this.send = send;
        this.note = note;
        this.externalUrl = externalUrl;
        this.time = time;
        (states, absentFromMs) = AlertStateReader.LoadHeartbeats(database);
    }

    public sealed record Shown(ExpectedHeartbeatConfig Config, HeartbeatState State);

    long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes a configuration. What was missing at the last one and is not expected any more is resolved.</summary>
    public void Apply(IReadOnlyList<ExpectedHeartbeatConfig> configs)
    {
        lock (gate)
        {
            var nowMs = NowMs;
            var isFirst = stampedMs == 0;
            var former = expected;
            expected = configs.ToDictionary(config => config.Name, StringComparer.Ordinal);
            foreach (var config in former.Values)
            {
                if (states[config.Name].MissingSinceMs is { } sinceMs && !IsSame(config, expected.GetValueOrDefault(config.Name))) Resolve(config, sinceMs, nowMs);
            }
            foreach (var name in states.Keys.Where(name => !expected.ContainsKey(name)).ToList())
            {
                states.Remove(name);
                sentMs.Remove(name);
                database.Enqueue(StateKey.Of(StateTable.Heartbeats, name), statements => statements.RemoveHeartbeat(name));
            }
            foreach (var config in configs)
            {
                if (!states.TryGetValue(config.Name, out var state)) Set(config.Name, new(nowMs));
                else if (isFirst && absentFromMs is { } fromMs) Set(config.Name, state.AfterAbsence(config, fromMs, nowMs));
            }
            Look(nowMs); // Before anybody looks at groups, so that an alert of before the restart does not end for a moment.
        }
    }

    /// <summary>A heartbeat came. Completes when that is on disk.</summary>
    /// <returns>False: nobody expects it.</returns>
    /// <exception cref="IOException">It could not be kept.</exception>
    public async Task<bool> CameAsync(string name)
    {
        lock (gate)
        {
            if (!expected.TryGetValue(name, out var config)) return false;
            var (state, nowMs) = (states[name], NowMs);
            Set(name, state.Came(nowMs));
            if (state.MissingSinceMs is { } sinceMs) Resolve(config, sinceMs, nowMs);
        }
        await database.FlushAsync();
        return true;
    }

    public void Look()
    {
        lock (gate) Look(NowMs);
    }

    public IReadOnlyList<Shown> Show()
    {
        lock (gate) return [.. expected.Values.Select(config => new Shown(config, states[config.Name]))];
    }

    /// <summary>Why no heartbeat of these matchers was ever missed.</summary>
    /// <returns>Null: they ask for something else.</returns>
    public WhyAnswer? WhyUnseen(IReadOnlyList<LabelMatcher> matchers)
    {
        var isNamed = matchers.Any(matcher => matcher is { Name: "alertname", Kind: MatchKind.Equal, Value: AlertName });
        if (!isNamed && !matchers.Any(matcher => matcher.Name == "heartbeat")) return null;
        var meant = Show().Where(one => IsMeant(one.Config, matchers)).OrderBy(one => one.State.DueMs(one.Config)).ToList();
        if (meant.Count == 0)
        {
            return isNamed ? WhyAnswer.Unseen($"Nobody was paged for {AlertName}, because no heartbeat is expected that {matchers.Text()} names", "write it under heartbeats: expect in pharos.yml") : null;
        }
        var next = meant[0];
        var others = meant.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"; the others that are meant ({meant.Count - 1}) are due later");
        return WhyAnswer.Unseen(
            $"Nobody was paged for {AlertName}, because the heartbeat {next.Config.Name} was not missing. {Sentence(next.Config, next.State)}. It is missing from {LedgerTexts.Moment(next.State.MissingSinceMs ?? next.State.DueMs(next.Config))} on, unless it comes before{others}",
            "write a shorter every or grace if it should be missed sooner");
    }

    /// <summary>Labels that it has not may be the external ones, and say nothing.</summary>
    static bool IsMeant(ExpectedHeartbeatConfig config, IReadOnlyList<LabelMatcher> matchers)
    {
        var labels = LabelsOf(config);
        return matchers.All(matcher => labels[matcher.Name].Length == 0 || matcher.Matches(labels[matcher.Name]));
    }

    void Look(long nowMs)
    {
        if (expected.Count > 0 && nowMs - stampedMs >= StampMs) database.Enqueue(StateKey.Of(StateTable.Moments, AlertStateReader.Alive), statements => statements.PutMoment(AlertStateReader.Alive, nowMs));
        if (nowMs - stampedMs >= StampMs) stampedMs = nowMs;
        foreach (var config in expected.Values)
        {
            var before = states[config.Name];
            var state = before.At(config, nowMs);
            if (state.MissingSinceMs is not { } sinceMs) continue;
            if (!ReferenceEquals(state, before))
            {
                Set(config.Name, state);
                note(LabelsOf(config), "firing", $"its heartbeat stays away: {Sentence(config, state)}");
            }
            if (nowMs - sentMs.GetValueOrDefault(config.Name) < ResendMs) continue;
            sentMs[config.Name] = nowMs;
            send([ToAlert(config, state, sinceMs, nowMs + ValidMs)]);
        }
    }

    void Resolve(ExpectedHeartbeatConfig config, long sinceMs, long nowMs)
    {
        sentMs.Remove(config.Name);
        note(LabelsOf(config), "inactive", "its heartbeat came back, or is not expected any more");
        send([ToAlert(config, states[config.Name], Math.Min(sinceMs, nowMs), nowMs)]);
    }

    void Set(string name, HeartbeatState state)
    {
        states[name] = state;
        database.Enqueue(StateKey.Of(StateTable.Heartbeats, name), statements => statements.Put(name, state));
    }

    static bool IsSame(ExpectedHeartbeatConfig left, ExpectedHeartbeatConfig? right) => right is not null && left.Labels.Equals(right.Labels);

    static LabelSet LabelsOf(ExpectedHeartbeatConfig config)
    {
        List<Label> labels = [new("alertname", AlertName), new("heartbeat", config.Name), .. config.Labels];
        if (config.Labels["severity"].Length == 0) labels.Add(new("severity", "warning"));
        return LabelSet.From(labels);
    }

    Alert ToAlert(ExpectedHeartbeatConfig config, HeartbeatState state, long startsMs, long endsMs)
    {
        List<Label> annotations = [.. config.Annotations];
        if (config.Annotations["summary"].Length == 0) annotations.Add(new("summary", $"The heartbeat {config.Name} stays away"));
        if (config.Annotations["description"].Length == 0) annotations.Add(new("description", Sentence(config, state)));
        return new(LabelsOf(config), LabelSet.From(annotations), startsMs, endsMs, $"{externalUrl}/alerts/receivers");
    }

    static string Sentence(ExpectedHeartbeatConfig config, HeartbeatState state)
    {
        var last = state.LastMs is { } ms ? $"It came last at {LedgerTexts.Moment(ms)}" : $"It never came since {LedgerTexts.Moment(state.SinceMs)}";
        return string.Create(CultureInfo.InvariantCulture, $"{last}; it is expected every {PromDuration.Format((long)config.Every.TotalMilliseconds)}, and may be {PromDuration.Format((long)config.Grace.TotalMilliseconds)} late");
    }
}
