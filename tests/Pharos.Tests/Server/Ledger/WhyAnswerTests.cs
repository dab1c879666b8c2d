using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;
using Pharos.Server.Text.Matching;
using Pharos.Tests.Server.Alerting.Delivery;

namespace Pharos.Tests.Server.Ledger;

/// <summary>Each of the twelve reasons why somebody was not paged is named, by a whole engine that came into it.</summary>
public sealed class WhyAnswerTests
{
    const string Timing = "group_by: [alertname], group_wait: 10ms, group_interval: 100ms, repeat_interval: 1h";
    const string Always = "time_intervals: [{name: always, time_intervals: [{}]}]\n";

    static EngineStage Stage(string? unable = null, string wait = "10ms", string more = "") => new(
        $$"""
        route:
          {receiver: nobody, {{Timing}}, routes: [{receiver: team, matchers: ['alertname!~"Lost|Muted"'], group_wait: {{wait}}}, {receiver: team, matchers: [alertname=Muted], mute_time_intervals: [always]}]}
        receivers: [{name: nobody}, {name: team}]
        inhibit_rules: [{source_matchers: [alertname=Down], target_matchers: [alertname=Slow]}]
        {{Always}}{{more}}
        """) { Unable = unable };

    [Fact]
    public void The_rule_was_never_true()
    {
        var rules = new RuleBook();
        rules.Replace([("High", "x > 5")]);

        Assert.Equal("Nobody was paged for High, because its rule was never true: x > 5", rules.WhyUnseen(MatcherParser.ParseAll("alertname=High")).Sentence);
        Assert.Contains("no rule is named so", rules.WhyUnseen(MatcherParser.ParseAll("alertname=Hihg")).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_pending()
    {
        await using var stage = Stage();
        await stage.StartAsync();
        Rule(stage, "A", "pending");

        await ExpectAsync(stage, "A", WhyReason.Pending);
        Rule(stage, "A", "inactive");
        await ExpectAsync(stage, "A", WhyReason.NeverTrue);
    }

    [Fact]
    public async Task It_is_inhibited()
    {
        await using var stage = Stage();
        await stage.StartAsync();
        await stage.PostAsync("Down");
        await stage.PostAsync("Slow");

        await ExpectAsync(stage, "Slow", WhyReason.Inhibited);
    }

    [Fact]
    public async Task It_is_silenced_and_told_when_the_silence_ends()
    {
        await using var stage = Stage();
        await stage.StartAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var id = await stage.Engine.SetSilenceAsync(new("", MatcherParser.ParseAll("alertname=A"), now, now + 3_600_000, now, "me", "", LabelSet.Empty));
        await stage.PostAsync("A");

        Assert.Contains(id!, (await ExpectAsync(stage, "A", WhyReason.Silenced)).Sentence, StringComparison.Ordinal);
        await stage.Engine.ExpireSilenceAsync(id!);
        await EngineStage.UntilAsync(() => stage.Told.Count == 1, "it is told");
        Assert.Contains((await ExpectAsync(stage, "A", WhyReason.RepeatNotDue)).Steps, step => step.Step == LedgerStep.Released);
    }

    [Fact]
    public async Task It_is_muted_at_this_time()
    {
        await using var stage = Stage();
        await stage.StartAsync();
        await stage.PostAsync("Muted");

        await ExpectAsync(stage, "Muted", WhyReason.Muted);
    }

    [Fact]
    public async Task No_route_but_the_default_takes_it()
    {
        await using var stage = Stage();
        await stage.StartAsync();
        await stage.PostAsync("Lost");

        await EngineStage.UntilAsync(() => stage.Told.Count == 1, "the default receiver is told");
        Assert.StartsWith("Only nobody was told of Lost", (await ExpectAsync(stage, "Lost", WhyReason.DefaultRoute)).Sentence, StringComparison.Ordinal);
        await EngineStage.UntilAsync(() => stage.Why("alertname=Lost").Steps.Any(step => step.Step == LedgerStep.Repeat), "it is looked at again");
        Assert.Contains("no route but the first takes it; it was told at", (await ExpectAsync(stage, "Lost", WhyReason.DefaultRoute)).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_was_told_besides_is_named()
    {
        await using var stage = new EngineStage($$"""
            route:
              {receiver: nobody, {{Timing}}, routes: [{receiver: pager, matchers: [alertname=A], continue: true}, {receiver: chat, matchers: [alertname=A], mute_time_intervals: [always]}]}
            receivers: [{name: nobody}, {name: pager}, {name: chat}]
            {{Always}}
            """);
        await stage.StartAsync();
        await stage.PostAsync("A");

        await EngineStage.UntilAsync(() => stage.Why("alertname=A").Sentence.Contains(". Told of it: pager at ", StringComparison.Ordinal), "the pager is named");
        var answer = await ExpectAsync(stage, "A", WhyReason.Muted);
        Assert.StartsWith("chat was not told of A: ", answer.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_waits_in_its_group()
    {
        await using var stage = Stage(wait: "1h");
        await stage.StartAsync();
        await stage.PostAsync("A");

        await ExpectAsync(stage, "A", WhyReason.Waiting);
    }

    [Fact]
    public async Task The_repeat_is_not_due()
    {
        await using var stage = Stage();
        await stage.StartAsync();
        await stage.PostAsync("A");

        await EngineStage.UntilAsync(() => stage.Told.Count == 1, "it is told");
        Assert.Contains("it was told at", (await ExpectAsync(stage, "A", WhyReason.RepeatNotDue)).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WhyReason.ReceiverFailing)]
    [InlineData(WhyReason.TemplateFailing)]
    [InlineData(WhyReason.RateLimited)]
    public async Task The_receiver_fails(string reason)
    {
        await using var stage = Stage();
        stage.Answer = _ => reason switch
        {
            WhyReason.TemplateFailing => NotifyResult.Failed("no such function", fault: NotifyFault.Template),
            WhyReason.RateLimited => NotifyResult.Retry("slow down", TimeSpan.FromHours(1), 429),
            _ => NotifyResult.Failed("who are you", 403),
        };
        await stage.StartAsync();
        await stage.PostAsync("A");

        var answer = await ExpectAsync(stage, "A", reason);
        Assert.False(answer.IsPaged);
        Assert.Contains("fake[0] of team failed", answer.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_missing()
    {
        await using var stage = Stage(unable: "environment variable $X is not set");
        await stage.StartAsync();
        await stage.PostAsync("A");

        Assert.Contains("$X is not set", (await ExpectAsync(stage, "A", WhyReason.SecretMissing)).Sentence, StringComparison.Ordinal);
    }

    static void Rule(EngineStage stage, string name, string phase)
    {
        var labels = LabelSet.From(("alertname", name));
        stage.Ledger.Record(new()
        {
            AtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Step = LedgerStep.Rule, Outcome = LedgerOutcome.Note, Fingerprint = AlertFingerprint.Of(labels), Labels = labels, Reason = phase, Text = "x > 5",
        });
    }

    static async Task<WhyAnswer> ExpectAsync(EngineStage stage, string name, string reason)
    {
        await EngineStage.UntilAsync(() => stage.Why($"alertname={name}").Reason == reason, $"{name} is {reason}, and not {stage.Why($"alertname={name}").Sentence}");
        return stage.Why($"alertname={name}");
    }
}
