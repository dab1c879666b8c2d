using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Model.Time;
using Pharos.Server.Alerting;
using Pharos.Server.Ledger;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Heartbeats;

/// <summary>All heartbeats that are expected, and what follows when one comes or stays away: what is to be kept, noted and sent is returned.</summary>
/// <remarks>Threads: its owner's lock.</remarks>
/// <param name="states">What is known from before.</param>
/// <param name="absentFromMs">When this server was last there to hear them; null: never.</param>
sealed class HeartbeatBook(Dictionary<string, HeartbeatState> states, long? absentFromMs, string externalUrl)
{
    public const string AlertName = "HeartbeatMissing";

    /// <summary>How often the alert is told again, so that it does not run out, and for how long each time holds.</summary>
    const long ResendMs = 60_000;
    const long ValidMs = 4 * ResendMs;

    /// <summary>How exactly it is known when this server was last there.</summary>
    const long StampMs = 15_000;

    readonly Dictionary<string, long> sentMs = new(StringComparer.Ordinal);
    Dictionary<string, ExpectedHeartbeatConfig> expected = new(StringComparer.Ordinal);
    long stampedMs;

    public IReadOnlyList<ShownHeartbeat> All => [.. expected.Values.Select(config => new ShownHeartbeat(config, states[config.Name]))];

    /// <summary>Takes a configuration. What was missing at the last one and is not expected any more is resolved.</summary>
    public IReadOnlyList<HeartbeatEffect> Apply(IReadOnlyList<ExpectedHeartbeatConfig> configs, long nowMs)
    {
        var effects = new List<HeartbeatEffect>();
        var isFirst = stampedMs == 0;
        var former = expected;
        expected = configs.ToDictionary(config => config.Name, StringComparer.Ordinal);
        foreach (var config in former.Values)
        {
            if (states[config.Name].MissingSinceMs is { } sinceMs && !IsSame(config, expected.GetValueOrDefault(config.Name))) effects.AddRange(Resolve(config, sinceMs, nowMs));
        }
        foreach (var name in states.Keys.Where(name => !expected.ContainsKey(name)).ToList())
        {
            states.Remove(name);
            sentMs.Remove(name);
            effects.Add(new HeartbeatForgotten(name));
        }
        foreach (var config in configs)
        {
            if (!states.TryGetValue(config.Name, out var state)) effects.Add(Set(config.Name, new(nowMs)));
            else if (isFirst && absentFromMs is { } fromMs) effects.Add(Set(config.Name, state.AfterAbsence(config, fromMs, nowMs)));
        }
        return [.. effects, .. Look(nowMs)]; // At once: an alert of before a restart must not end for a moment.
    }

    /// <summary>A heartbeat came.</summary>
    /// <returns>Null: nobody expects it.</returns>
    public IReadOnlyList<HeartbeatEffect>? Came(string name, long nowMs)
    {
        if (!expected.TryGetValue(name, out var config)) return null;
        var state = states[name];
        var kept = Set(name, state.Came(nowMs));
        return state.MissingSinceMs is { } sinceMs ? [kept, .. Resolve(config, sinceMs, nowMs)] : [kept];
    }

    /// <summary>Time has passed.</summary>
    public IReadOnlyList<HeartbeatEffect> Look(long nowMs)
    {
        var effects = new List<HeartbeatEffect>();
        if (nowMs - stampedMs >= StampMs)
        {
            stampedMs = nowMs;
            if (expected.Count > 0) effects.Add(new Alive(nowMs));
        }
        foreach (var config in expected.Values)
        {
            var before = states[config.Name];
            var state = before.At(config, nowMs);
            if (state.MissingSinceMs is not { } sinceMs) continue;
            if (!ReferenceEquals(state, before))
            {
                effects.Add(Set(config.Name, state));
                effects.Add(new HeartbeatNoted(LabelsOf(config), "firing", $"its heartbeat stays away: {Sentence(config, state)}"));
            }
            if (nowMs - sentMs.GetValueOrDefault(config.Name) < ResendMs) continue;
            sentMs[config.Name] = nowMs;
            effects.Add(new HeartbeatRaised(ToAlert(config, state, sinceMs, nowMs + ValidMs)));
        }
        return effects;
    }

    /// <summary>Why no heartbeat of these matchers was ever missed.</summary>
    /// <returns>Null: they ask for something else.</returns>
    public WhyAnswer? WhyUnseen(IReadOnlyList<LabelMatcher> matchers)
    {
        var isNamed = matchers.Any(matcher => matcher is { Name: "alertname", Kind: MatchKind.Equal, Value: AlertName });
        if (!isNamed && !matchers.Any(matcher => matcher.Name == "heartbeat")) return null;
        var meant = All.Where(one => IsMeant(one.Config, matchers)).OrderBy(one => one.State.DueMs(one.Config)).ToList();
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

    IReadOnlyList<HeartbeatEffect> Resolve(ExpectedHeartbeatConfig config, long sinceMs, long nowMs)
    {
        sentMs.Remove(config.Name);
        return
        [
            new HeartbeatNoted(LabelsOf(config), "inactive", "its heartbeat came back, or is not expected any more"),
            new HeartbeatRaised(ToAlert(config, states[config.Name], Math.Min(sinceMs, nowMs), nowMs)),
        ];
    }

    HeartbeatKept Set(string name, HeartbeatState state)
    {
        states[name] = state;
        return new(name, state);
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
