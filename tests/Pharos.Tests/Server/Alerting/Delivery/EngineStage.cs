using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Persistence;
using Pharos.Server.Heartbeats;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;
using Pharos.Server.State;
using Pharos.Server.Text.Matching;
using Pharos.Tests.Server.Rooms;
using Pharos.Tests.Server.State;

namespace Pharos.Tests.Server.Alerting.Delivery;

/// <summary>A whole engine over a folder, with receivers that keep what they are told and answer as told.</summary>
sealed class EngineStage : IAsyncDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pharos-engine-");
    readonly string yaml;
    AlertEngine? engine;
    StateDatabase? database;
    AlertLedger? ledger;
    ProofBook? proofs;
    Prover? prover;
    AlertmanagerFileConfig? config;

    public EngineStage(string yaml) => this.yaml = yaml;

    public ConcurrentQueue<Notification> Told { get; } = new();

    /// <summary>What services answer.</summary>
    public Func<Notification, NotifyResult> Answer { get; set; } = _ => NotifyResult.Sent(200);

    /// <summary>Why receivers cannot send at all.</summary>
    public string? Unable { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public AlertEngine Engine => engine!;

    public StateDatabase Database => database!;

    public AlertLedger Ledger => ledger!;

    public ProofBook Proofs => proofs!;

    public Prover Prover => prover!;

    /// <summary>Looks at what goes on its way to the disk.</summary>
    public Action<Effect> Watch { get; set; } = _ => { };

    /// <summary>With receivers whose services are the stage's.</summary>
    public AlertmanagerFileConfig Config => config!;

    public string Folder => folder.FullName;

    public async Task StartAsync()
    {
        database = AlertFile.Open(folder.FullName);
        ledger = new(database);
        var table = HeartbeatTables.Proofs(database);
        proofs = new(HeartbeatTables.ReadProofs(database), kept => table.Put((kept.Receiver, kept.Integration), kept.Proof));
        var store = new AlertStore(database, ledger);
        engine = new(database, effect =>
        {
            Watch(effect);
            store.Keep(effect);
        }, ledger, "http://pharos", Clock, NullLogger.Instance)
        {
            Ended = end => proofs.Note(end.Receiver, end.Integration, ProofKind.Notification, end.IsTaken, end.Reason, end.AtMs),
        };
        prover = new(engine.WaysTo, proofs, database.FlushAsync, "http://pharos", Clock);
        var read = AlertmanagerFiles.Good(yaml);
        var kind = new NotifierKind("fake", (_, _) => throw new NotSupportedException(), (_, _) => new FakeNotifier(this));
        config = read with { Receivers = [.. read.Receivers.Select(receiver => receiver with { Integrations = [new(kind, 0, new FakeConfig { SendResolved = true, Unable = Unable })] })] };
        await TakeAgainAsync();
    }

    /// <summary>Takes its configuration once more, as at a reload.</summary>
    public Task TakeAgainAsync() => Taking.TakeAsync(preparation => engine!.Prepare(Config, new(TimeProvider.System, NullLoggerFactory.Instance, Config.Templates), preparation));

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public Task PostAsync(string name, bool isFiring = true, params (string, string)[] more)
    {
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var labels = LabelSet.From([("alertname", name), .. more]);
        return Engine.PostAsync([new(new(labels, LabelSet.Empty, now - (isFiring ? 0 : 10), isFiring ? now + 600_000 : now, ""), AlertFingerprint.Of(labels), now, false)]);
    }

    public WhyAnswer Why(string matchers) => WhyAnswer.Explain(Ledger, MatcherParser.ParseAll(matchers), long.MaxValue) ?? new RuleBook().WhyUnseen(MatcherParser.ParseAll(matchers));

    public static Task UntilAsync(Func<bool> isSo, string what) => Eventually.HoldsAsync(isSo, what);

    public async Task StopAsync()
    {
        if (engine is not null) await engine.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Delete(recursive: true);
    }

    internal sealed record FakeConfig : IntegrationConfig;

    sealed class FakeNotifier(EngineStage stage) : INotifier
    {
        public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation)
        {
            var answer = stage.Answer(notification);
            if (answer.Outcome == NotifyOutcome.Sent) stage.Told.Enqueue(notification);
            return ValueTask.FromResult(answer);
        }
    }
}
