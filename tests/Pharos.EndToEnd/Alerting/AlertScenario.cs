namespace Pharos.EndToEnd.Alerting;

/// <summary>One story of alerts, told to two servers at once. All stories share the servers; a label keeps them apart.</summary>
/// <param name="Route">Keys of its route beside receiver and matchers, in flow style.</param>
/// <param name="Steps"><c>0.5 fire A x=1</c>, <c>2 resolve A x=1</c>, <c>2 silence alertname=A 3</c> (seconds), <c>4 expire</c>; times in seconds from the start.</param>
/// <param name="Inhibit">Rules without the label of the story, which is added.</param>
/// <param name="Routes">Routes below, each to the receiver of the story with a suffix.</param>
sealed record AlertScenario(string Name, string Route, string[] Steps, string[]? Inhibit = null, string[]? Routes = null)
{
    const string Quick = "group_wait: 1s, group_interval: 3s, repeat_interval: 1h";

    public static readonly IReadOnlyList<AlertScenario> All =
    [
        new("one", $"group_by: [alertname], {Quick}", ["0.2 fire A", "0.4 fire B"]),
        new("wait-collects", $"group_by: [job], {Quick}", ["0.2 fire A", "0.6 fire B"]),
        new("late-joins", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 fire B"]),
        new("resolved", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 resolve A"]),
        new("partly-resolved", $"group_by: [job], {Quick}", ["0.2 fire A", "0.3 fire B", "2.4 resolve A", "6 resolve B"]),
        new("never-told", $"group_by: [job], {Quick}", ["0.2 fire A", "0.6 resolve A"]),
        new("resolved-and-new", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 resolve A", "2.6 fire B"]),
        new("fires-again", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 resolve A", "6 fire A"]),
        new("fires-again-between", $"group_by: [job], {Quick}", ["0.2 fire A", "2 resolve A", "2.8 fire A"]),
        new("fires-again-in-the-wait", $"group_by: [job], {Quick}", ["0.2 fire A", "0.4 resolve A", "0.7 fire A"]),
        new("resolved-in-the-wait-of-another", $"group_by: [job], {Quick}", ["0.2 fire A", "0.4 fire B", "0.7 resolve A"]),
        new("extended", $"group_by: [job], {Quick}", ["0.2 fire-for-3 A", "2.4 fire-for-3 A"]),
        new("no-wait", "group_by: [job], group_wait: 0s, group_interval: 2s, repeat_interval: 1h", ["0.2 fire A", "1 fire B", "1.2 fire C"]),
        new("empty-value", $"group_by: [x], {Quick}", ["0.2 fire A x=", "0.3 fire B"]),
        new("odd-names", $"group_by: ['größe 1'], {Quick}", ["0.2 fire A größe_1=2", "0.3 fire B größe\u20291=2"], Routes: ["matchers: ['\"größe_1\"=\"2\"']"]),
        new("dots", $"group_by: ['...'], {Quick}", ["0.2 fire A x=1", "0.3 fire A x=2"]),
        new("no-group", $"group_by: [], {Quick}", ["0.2 fire A x=1", "0.3 fire B x=2 y=3"]),
        new("no-group-below", $"group_by: [x], {Quick}", ["0.2 fire A x=1 y=1", "0.3 fire A x=2 y=1", "0.4 fire A x=3", "0.5 fire A x=4"], Routes: ["group_by: [], routes: [{matchers: [y=1]}]"]),
        new("nothing-below", $"group_by: [x], {Quick}", ["0.2 fire A x=1", "0.3 fire A x=2"], Routes: ["group_by: , group_wait: , repeat_interval: ~, mute_time_intervals: []"]),
        new("group-by-missing", $"group_by: [nowhere, x], {Quick}", ["0.2 fire A x=1", "0.3 fire B"]),
        new("odd-values", $"group_by: [x], {Quick}", ["0.2 fire A x=\"quoted\"\\back", "0.3 fire B x=ünï<&>"]),
        new("order", $"group_by: [alertname], {Quick}", ["0.2 fire A instance=2 job=b", "0.3 fire A instance=1 job=b", "0.4 fire A job=c", "0.5 fire A instance=1 job=a z=1", "0.6 fire A y=1"]),
        new("repeat", "group_by: [job], group_wait: 1s, group_interval: 2s, repeat_interval: 3s", ["0.2 fire A"]),
        new("repeat-late", "group_by: [job], group_wait: 1s, group_interval: 3s, repeat_interval: 5s", ["0.2 fire A", "5.7 fire B"]),
        new("quiet", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 resolve A", "6 fire A"]),
        new("quiet-partly", $"group_by: [job], {Quick}", ["0.2 fire A", "0.3 fire B", "2.4 resolve A", "6 resolve B"]),
        new("quiet-again", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 resolve A", "5 fire A", "8 fire B"]),
        new("only-annotations", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 note A"]),
        new("old-start", $"group_by: [job], {Quick}", ["1 fire-old A"]),
        new("ends-by-itself", $"group_by: [job], {Quick}", ["0.2 fire-for-3 A"]),
        new("annotation-changes", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 note A", "2.6 fire B"]),
        new("silenced", $"group_by: [job], {Quick}", ["0.1 silence alertname=A 60", "0.3 fire A", "0.4 fire B"]),
        new("silence-ends", $"group_by: [job], {Quick}", ["0.1 silence alertname=A 5", "0.3 fire A", "0.4 fire B"]),
        new("silence-expired", $"group_by: [job], {Quick}", ["0.1 silence alertname=~A|B 60", "0.3 fire A", "0.4 fire B", "5 expire"]),
        new("silenced-later", $"group_by: [job], {Quick}", ["0.2 fire A", "0.3 fire B", "2 silence alertname=A 60", "2.5 fire C"]),
        new("inhibited", $"group_by: [alertname], {Quick}", ["0.2 fire Down host=1", "0.4 fire Slow host=1", "0.5 fire Slow host=2"], ["source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [host]"]),
        new("inhibition-ends", $"group_by: [alertname], {Quick}", ["0.2 fire Down host=1", "0.4 fire Slow host=1", "2.4 resolve Down host=1"], ["source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [host]"]),
        new("inhibits-not-itself", $"group_by: [job], {Quick}", ["0.2 fire A severity=x", "0.4 fire B severity=y"], ["source_matchers: ['severity=~\".+\"'], target_matchers: ['severity=~\".+\"']"]),
        new("inhibit-old-keys", $"group_by: [job], {Quick}", ["0.2 fire Down", "0.4 fire Slow"], ["source_match: {alertname: Down}, target_match_re: {alertname: 'S.*'}, equal: [nowhere]"]),
        new("inhibit-missing-label", $"group_by: [alertname, host], {Quick}", ["0.2 fire Down", "0.4 fire Slow", "0.5 fire Slow host=2"], ["source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [host]"]),
        new("inhibit-missing-at-target", $"group_by: [alertname, host], {Quick}", ["0.2 fire Down host=1", "0.4 fire Slow"], ["source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [host]"]),
        new("inhibited-by-a-silenced-one", $"group_by: [alertname], {Quick}", ["0.1 silence alertname=Down 60", "0.3 fire Down", "0.4 fire Slow"], ["source_matchers: [alertname=Down], target_matchers: [alertname=Slow]"]),
        new("inhibited-by-an-inhibited-one", $"group_by: [alertname], {Quick}", ["0.2 fire A", "0.3 fire B", "0.4 fire C"], ["source_matchers: [alertname=A], target_matchers: [alertname=B]", "source_matchers: [alertname=B], target_matchers: [alertname=C]"]),
        new("inhibited-by-two", $"group_by: [alertname], {Quick}", ["0.2 fire Down x=1", "0.3 fire Down x=2", "0.4 fire Slow", "2.4 resolve Down x=1", "6 resolve Down x=2"], ["source_matchers: [alertname=Down], target_matchers: [alertname=Slow]"]),
        new("inhibit-without-target", $"group_by: [alertname], {Quick}", ["0.2 fire Down", "0.3 fire Slow"], ["source_matchers: [alertname=Down], target_matchers: [alertname=~'.+', 'x!=\"1\"']"]),
        new("muted", $"group_by: [job], {Quick}", ["0.2 fire A"], Routes: ["matchers: [alertname=A], mute_time_intervals: [always]", "matchers: [alertname=B]"]),
        new("active", $"group_by: [job], {Quick}", ["0.2 fire A", "0.3 fire B"], Routes: ["matchers: [alertname=A], active_time_intervals: [never]", "matchers: [alertname=B], active_time_intervals: [always]"]),
        new("muted-above", $"group_by: [job], {Quick}", ["0.2 fire A x=1", "0.3 fire A x=2"], Routes: ["matchers: [alertname=A], mute_time_intervals: [always], routes: [{matchers: [x=1]}]"]),
        new("muted-and-active", $"group_by: [job], {Quick}", ["0.2 fire A", "0.3 fire B"], Routes: ["matchers: [alertname=A], mute_time_intervals: [never], active_time_intervals: [always]", "matchers: [alertname=B], mute_time_intervals: [always], active_time_intervals: [always]"]),
        new("continue", $"group_by: [job], {Quick}", ["0.2 fire A"], Routes: ["matchers: [alertname=A], continue: true", "match: {alertname: A}, group_by: ['...']", "match_re: {alertname: A}"]),
        new("deep", $"group_by: [job], {Quick}", ["0.2 fire A x=1", "0.3 fire A x=2", "0.4 fire B x=1"], Routes: ["match_re: {alertname: 'A|C'}, group_by: [x], group_wait: 2s, routes: [{matchers: ['x!=\"2\"', 'x=~\"1|3\"'], group_by: [alertname]}]"]),
        new("several-at-a-receiver", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 resolve A"]),
        new("truncated", $"group_by: [job], {Quick}", ["0.2 fire A", "0.3 fire B", "0.4 fire C"]),
        new("failing", $"group_by: [job], {Quick}", ["0.2 fire A", "2.4 fire B"]),
    ];

    /// <summary>Receiver and route in the file.</summary>
    public string ReceiverYaml(string address) => Name switch
    {
        "several-at-a-receiver" => $"[{{url: '{address}/{Name}'}}, {{url: '{address}/{Name}.2', send_resolved: false}}]",
        "truncated" => $"[{{url: '{address}/{Name}', max_alerts: 2}}]",
        _ => $"[{{url: '{address}/{Name}'{(Name.StartsWith("quiet", StringComparison.Ordinal) ? ", send_resolved: false" : "")}}}]",
    };
}
