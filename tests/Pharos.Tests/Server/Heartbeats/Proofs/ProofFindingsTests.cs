using Pharos.Model.Diagnostics;
using Pharos.Model.Labels;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Notifying;
using Pharos.Tests.Server.Alerting.Delivery;

namespace Pharos.Tests.Server.Heartbeats.Proofs;

public sealed class ProofFindingsTests
{
    const long Day = 86_400_000;
    const long NowMs = 1_000 * Day;

    static readonly DrillConfig Weekly = new() { EveryDays = 7, AtMinute = 600, Zone = TimeZoneInfo.Utc, ProvenWithin = TimeSpan.FromDays(14) };
    static readonly NotifierKind Kind = new("fake", (_, _) => throw new NotSupportedException(), (_, _) => throw new NotSupportedException());

    ProofBook proofs;
    int written;

    public ProofFindingsTests() => proofs = new([], _ => written++);

    [Fact]
    public void A_way_that_was_proven_in_time_is_no_finding()
    {
        proofs.Note("pager", "fake[0]", ProofKind.Notification, true, "", NowMs - (14 * Day));

        Assert.Empty(Of(Weekly));
    }

    [Fact]
    public void One_that_was_proven_too_long_ago_is_a_warning()
    {
        proofs.Note("pager", "fake[0]", ProofKind.Drill, true, "", NowMs - (15 * Day));

        Assert.Equal("Warning fake[0] of receiver pager was last proven at 1972-09-12 00:00:00Z, more than 2w ago", Of(Weekly));
        Assert.Empty(Of(null)); // Without drills a month is the bound.
        proofs = new([new("pager", "fake[0]", new(NowMs, ProofKind.Drill, true, "", NowMs - (31 * Day)))], _ => { });
        Assert.Equal("Warning fake[0] of receiver pager was last proven at 1972-08-27 00:00:00Z, more than 30d ago", Of(null));
    }

    [Fact]
    public void One_that_failed_is_an_error_until_it_works()
    {
        proofs.Note("pager", "fake[0]", ProofKind.Test, true, "", NowMs - Day);
        proofs.Note("pager", "fake[0]", ProofKind.Notification, false, "it answered 403", NowMs);
        var failed = Of(Weekly);
        proofs.Note("pager", "fake[0]", ProofKind.Test, true, "", NowMs + 1);

        Assert.Equal("Error fake[0] of receiver pager failed when it was last tried, at 1972-09-27 00:00:00Z: it answered 403", failed);
        Assert.Empty(Of(Weekly));
    }

    [Fact]
    public void One_that_was_never_proven_waits_for_its_drill_or_is_told()
    {
        Assert.Equal("Info fake[0] of receiver pager was never proven; the next fire drill is due at 1972-09-28 00:00:00Z", Of(Weekly));
        Assert.Equal("Warning fake[0] of receiver pager was never proven", Of(Weekly with { Receivers = ["team"] }));
        Assert.Equal("Info fake[0] of receiver pager was never proven", Of(null));
    }

    [Fact]
    public void A_receiver_is_as_good_as_its_weakest_integration()
    {
        var receiver = new ReceiverConfig("team", LabelSet.Empty, [new(Kind, 0, new EngineStage.FakeConfig { SendResolved = true }), new(Kind, 1, new EngineStage.FakeConfig { SendResolved = true })]);
        proofs.Note("team", "fake[0]", ProofKind.Test, true, "", 1_000);
        Assert.Null(proofs.Of(receiver));
        proofs.Note("team", "fake[1]", ProofKind.Drill, true, "", 2_000);
        Assert.Equal((1_000, ProofKind.Test), (proofs.Of(receiver)!.ProvenAtMs, proofs.Of(receiver)!.Kind));
        proofs.Note("team", "fake[1]", ProofKind.Drill, false, "no", 3_000);
        Assert.Equal((false, "fake[1]: no", 1_000), (proofs.Of(receiver)!.IsOk, proofs.Of(receiver)!.Detail, proofs.Of(receiver)!.ProvenAtMs));
    }

    [Fact]
    public void A_thousand_notifications_at_once_are_written_once()
    {
        for (var i = 0; i < 1_000; i++) proofs.Note("team", "fake[0]", ProofKind.Notification, true, "", NowMs + i);
        proofs.Note("team", "fake[0]", ProofKind.Notification, true, "", NowMs + 60_000);

        Assert.Equal(2, written);
    }

    [Fact]
    public void One_that_cannot_send_at_all_is_told_elsewhere()
    {
        var receiver = new ReceiverConfig("pager", LabelSet.Empty, [new(Kind, 0, new EngineStage.FakeConfig { SendResolved = true, Unable = "environment variable $X is not set" })]);

        Assert.Empty(ProofFindings.Of("alertmanager.yml", new(Weekly, [receiver], NowMs + Day, false, []), proofs, NowMs));
    }

    string Of(DrillConfig? config) => string.Join('\n', ProofFindings.Of(
        "alertmanager.yml", new(config, [new("pager", LabelSet.Empty, [new(Kind, 0, new EngineStage.FakeConfig { SendResolved = true })])], config is null ? null : NowMs + Day, false, []), proofs, NowMs)
        .Select(finding => $"{finding.Severity} {finding.Message}"));
}
