using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Persistence;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;
using Pharos.Server.Rooms;

namespace Pharos.Server.Alerting.Delivery;

/// <summary>Drives the dispatcher by the real clock, delivers what it decides, and keeps its books on disk.</summary>
/// <remarks>
/// <para>An alert or silence is acknowledged when it is on disk. What an integration took is on disk before anything else is told to it: after a kill
/// nothing is sent twice and nothing forgotten, but for one window of a few milliseconds, between the answer of the service and the sync of the disk.
/// A kill inside it sends that one notification again: no protocol of these services could tell that it arrived.</para>
/// <para>Threads: safe for all; one lock guards the books, and nothing waits inside it.</para>
/// </remarks>
sealed partial class AlertEngine : IAsyncDisposable
{
    /// <summary>A group's delivery may take its interval, but never less than this.</summary>
    static readonly TimeSpan ShortestDeadline = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(1);

    /// <summary>How long attempts under way are waited for when the configuration changes or the server ends.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    static readonly TimeSpan TrimEvery = TimeSpan.FromMinutes(1);

    /// <summary>Alerts of one post that are taken under one hold of the lock; each makes a few notes.</summary>
    const int TakenAtOnce = 5_000;

    /// <summary>How soon groups are looked at again after a fault of ours.</summary>
    static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly AlertBook alerts = new();
    readonly SilenceBook silences = new();
    readonly NotifyLog log = new();
    readonly AlertDatabase database;
    readonly string externalUrl;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly SemaphoreSlim wake = new(0, 1);
    readonly CancellationTokenSource stop = new();
    readonly Task loop;
    readonly HashSet<Task> delivering = [];
    readonly Dictionary<NotifyLogKey, long> untold = [];
    long lookedMs;
    Dictionary<(string Receiver, string Integration), Courier> couriers = [];
    CancellationTokenSource reload = new();
    Dispatcher? dispatcher;
    long trimAtMs;

    public AlertEngine(AlertDatabase database, string externalUrl, TimeProvider time, ILogger logger)
    {
        this.database = database;
        this.externalUrl = externalUrl;
        this.time = time;
        this.logger = logger;
        Ledger = new(database);
        Flood = new(time);
        AlertStateReader.Load(database, alerts, silences, log, Proofs);
        Proofs.Changed = (receiver, integration, proof) => database.Enqueue(StateKey.Of(StateTable.Proofs, receiver, integration), statements => statements.Put(receiver, integration, proof));
        alerts.Changed = (fingerprint, alert) => database.Enqueue(StateKey.Of(fingerprint), alert is null ? statements => statements.RemoveAlert(fingerprint) : statements => statements.Put(alert));
        silences.Changed = (id, silence) => database.Enqueue(StateKey.Of(StateTable.Silences, id), silence is null ? statements => statements.RemoveSilence(id) : statements => statements.Put(silence));
        log.Changed = (key, entry) => database.Enqueue(StateKey.Of(key), entry is null ? statements => statements.Remove(key) : statements => statements.Put(key, entry));
        lookedMs = NowMs;
        loop = Task.Run(RunAsync);
    }

    public AlertLedger Ledger { get; }

    public ProofBook Proofs { get; } = new();

    public FloodMemory Flood { get; }

    public IReadOnlyCollection<Courier> Couriers => Volatile.Read(ref couriers).Values;

    long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes couriers for a configuration. The swap forms groups anew, and the log keeps them from telling anything twice.</summary>
    public void Prepare(AlertmanagerFileConfig config, NotifierServices services, Preparation preparation)
    {
        var next = new Dictionary<(string, string), Courier>();
        foreach (var receiver in config.Receivers)
        {
            foreach (var integration in receiver.Integrations)
            {
                next[(receiver.Name, integration.ToString())] = preparation.Own(new Courier(receiver.Name, integration, services, Ledger, time, logger));
            }
        }
        preparation.OnSwap(() => SwapAsync(config, next));
    }

    /// <summary>Takes posted alerts; completes when they are on disk.</summary>
    /// <exception cref="IOException">They could not be written. They are routed all the same, and written once they can be.</exception>
    public async Task PostAsync(IReadOnlyList<KnownAlert> posted)
    {
        foreach (var part in posted.Chunk(TakenAtOnce))
        {
            await database.RoomAsync(); // Here, because nothing waits inside the lock.
            lock (gate)
            {
                var nowMs = NowMs;
                foreach (var alert in part) Put(alert, nowMs);
            }
        }
        Flood.Took(posted.Count);
        Wake();
        await database.FlushAsync();
    }

    /// <summary>Looks at everything under one lock. The function must be quick, and keep nothing of it.</summary>
    public T Look<T>(Func<EngineView, T> look)
    {
        lock (gate) return look(new(alerts, silences, log, dispatcher, NowMs));
    }

    /// <returns>The id, or null when the one that was given is not known.</returns>
    /// <exception cref="IOException">It cannot be written now.</exception>
    public async Task<string?> SetSilenceAsync(Silence silence)
    {
        database.ThrowIfFailing(); // Before it takes effect: who is refused may come again, and would make a second.
        string? id;
        lock (gate) id = silences.Set(silence, NowMs, Guid.NewGuid().ToString());
        await database.FlushAsync();
        return id;
    }

    /// <returns>False: there is no such silence.</returns>
    public async Task<bool> ExpireSilenceAsync(string id)
    {
        database.ThrowIfFailing();
        lock (gate)
        {
            if (silences.Find(id) is null) return false;
            silences.Expire(id, NowMs);
        }
        await database.FlushAsync();
        return true;
    }

    /// <summary>When groups were last looked at, and what is still to be told, since when.</summary>
    public (long LookedMs, IReadOnlyList<(NotifyLogKey Key, long SinceMs)> Untold) Pulse()
    {
        lock (gate) return (lookedMs, [.. untold.Select(one => (one.Key, one.Value))]);
    }

    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested) return;
        await stop.CancelAsync();
        lock (gate) dispatcher = null;
        await loop;
        await EndDeliveriesAsync();
        foreach (var courier in couriers.Values) courier.Dispose();
        await database.DisposeAsync();
        reload.Dispose();
        stop.Dispose();
        wake.Dispose();
    }

    async ValueTask SwapAsync(AlertmanagerFileConfig config, Dictionary<(string, string), Courier> next)
    {
        lock (gate) dispatcher = null; // Nothing new begins until what is under way has ended, so that nothing is told twice.
        await EndDeliveriesAsync();
        Dictionary<(string, string), Courier> former;
        lock (gate)
        {
            former = couriers;
            Volatile.Write(ref couriers, next);
            reload.Dispose();
            reload = new();
            untold.Clear(); // What is still to be told is found again by the new dispatcher.
            dispatcher = new(config, alerts, silences, log, NowMs);
        }
        foreach (var courier in former.Values) courier.Dispose();
        Wake();
    }

    void Put(KnownAlert posted, long nowMs)
    {
        var before = alerts.Find(posted.Fingerprint);
        if (dispatcher is null)
        {
            alerts.Put(posted); // While the configuration changes; the next dispatcher finds it in the book.
            return;
        }
        var (known, groups) = dispatcher.Put(posted, nowMs);
        var isNew = before is null || (before.IsResolvedAt(nowMs) && !known.IsResolvedAt(nowMs));
        if (isNew || (!before!.IsResolvedAt(nowMs) && known.IsResolvedAt(nowMs))) Ledger.RecordLater(() => LedgerTexts.Received(known, isNew, nowMs));
        if (!isNew) return;
        var root = dispatcher.Root;
        foreach (var group in groups)
        {
            var dueMs = group.DueMs; // It moves on.
            Ledger.RecordLater(() => LedgerTexts.Joined(known, group, root, dueMs, nowMs));
        }
    }

    async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var wait = TimeSpan.FromSeconds(30);
            try
            {
                wait = Step();
                if (!await wake.WaitAsync(TimeSpan.Zero)) await WaitAsync(wait);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LooksFailed(logger, error); // Whatever it is, the next alert must not be lost to it.
                await Task.Delay(AfterFault, CancellationToken.None);
            }
        }
    }

    /// <summary>Until the time, or until something was posted.</summary>
    async Task WaitAsync(TimeSpan wait)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var delay = Task.Delay(wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait, time, either.Token);
        await Task.WhenAny(delay, wake.WaitAsync(either.Token));
        await either.CancelAsync();
    }

    /// <summary>Begins everything that is due; returns how long nothing else will be.</summary>
    TimeSpan Step()
    {
        lock (gate)
        {
            var nowMs = NowMs;
            if (nowMs >= trimAtMs)
            {
                trimAtMs = nowMs + (long)TrimEvery.TotalMilliseconds;
                Ledger.Trim(nowMs);
            }
            lookedMs = nowMs;
            if (dispatcher is null) return TimeSpan.FromSeconds(30);
            foreach (var flush in dispatcher.Due(nowMs)) Begin(dispatcher, flush);
            return TimeSpan.FromMilliseconds(Math.Clamp(dispatcher.NextDueMs - nowMs, 0, 30_000));
        }
    }

    void Begin(Dispatcher owner, Flush flush)
    {
        foreach (var row in LedgerTexts.Looked(flush)) Ledger.Record(row);
        foreach (var notice in flush.Notices)
        {
            if (notice.Reason is null) untold.Remove(notice.Key);
            else untold.TryAdd(notice.Key, flush.NowMs);
        }
        var task = DeliverAsync(owner, flush, reload.Token);
        if (task.IsCompleted) return;
        delivering.Add(task);
        _ = task.ContinueWith(
            ended =>
            {
                lock (gate) delivering.Remove(ended);
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    async Task DeliverAsync(Dispatcher owner, Flush flush, CancellationToken cut)
    {
        var isWhole = true;
        try
        {
            var outcomes = await Task.WhenAll(flush.News.Select(notice => DeliverAsync(owner, flush, notice, cut)));
            isWhole = outcomes.All(isTold => isTold);
        }
        catch (IOException)
        {
            isWhole = false; // It is written once the disk takes it; a kill before may have it notified again. That it does not is told elsewhere.
        }
        catch (Exception error)
        {
            isWhole = false; // A group whose look never ended would never be looked at again.
            LookFailed(logger, flush.Group.Key, error);
        }
        lock (gate) owner.Ended(flush, isWhole, NowMs);
        Wake();
    }

    async Task<bool> DeliverAsync(Dispatcher owner, Flush flush, Notice notice, CancellationToken cut)
    {
        string? state = null;
        if (notice.Alerts.Count > 0)
        {
            await Task.Yield(); // The lock is held until here.
            if (!Volatile.Read(ref couriers).TryGetValue((notice.Key.Receiver, notice.Key.Integration), out var courier)) return false;
            var deadline = DateTimeOffset.FromUnixTimeMilliseconds(flush.NowMs) + DeadlineOf(flush.Group.Route.GroupInterval);
            var result = await courier.DeliverAsync(NotificationOf(flush, notice), deadline, onlyOnce: false, cut);
            var isTaken = result.Outcome == NotifyOutcome.Sent;
            if (isTaken || !cut.IsCancellationRequested) Proofs.Note(notice.Key.Receiver, notice.Key.Integration, ProofKind.Notification, isTaken, result.Reason, NowMs);
            if (!isTaken) return false;
            state = result.State;
        }
        lock (gate)
        {
            owner.Told(notice, state, NowMs);
            untold.Remove(notice.Key);
        }
        await database.FlushAsync();
        return true;
    }

    static TimeSpan DeadlineOf(TimeSpan groupInterval) => TimeSpan.FromTicks(Math.Clamp(groupInterval.Ticks, ShortestDeadline.Ticks, LongestDeadline.Ticks));

    Notification NotificationOf(Flush flush, Notice notice) => new()
    {
        Receiver = notice.Key.Receiver,
        Integration = notice.Integration.Kind.Name,
        Index = notice.Integration.Index,
        GroupKey = notice.Key.GroupKey,
        GroupLabels = notice.GroupLabels,
        RouteLabels = flush.Group.Route.Labels,
        Alerts = [.. notice.Alerts.Select(ToNotified)],
        ExternalUrl = externalUrl,
        Reason = notice.Reason!.Value,
        RepeatInterval = TimeSpan.FromMilliseconds(notice.RepeatMs),
        Now = DateTimeOffset.FromUnixTimeMilliseconds(flush.NowMs),
        State = notice.State,
    };

    static NotifiedAlert ToNotified(FlushedAlert flushed)
    {
        var alert = flushed.Known.Alert;
        DateTimeOffset? ends = flushed.IsResolved ? DateTimeOffset.FromUnixTimeMilliseconds(alert.EndsAtMs) : null;
        return new(alert.Labels, alert.Annotations, DateTimeOffset.FromUnixTimeMilliseconds(alert.StartsAtMs), ends, alert.GeneratorUrl, flushed.Known.FingerprintText);
    }

    async Task EndDeliveriesAsync()
    {
        Task[] last;
        lock (gate)
        {
            last = [.. delivering];
        }
        await reload.CancelAsync();
        await Task.WhenAny(Task.WhenAll(last), Task.Delay(Grace, time));
    }

    void Wake()
    {
        try
        {
            if (wake.CurrentCount == 0) wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it at the same instant.
        }
        catch (ObjectDisposedException)
        {
            // The end of the last delivery after the end of everything.
        }
    }

    [LoggerMessage(LogLevel.Error, "Looking at what is due broke off; it is tried again in a second")]
    static partial void LooksFailed(ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Error, "Group {Group} could not be told of; it is looked at again at its next interval")]
    static partial void LookFailed(ILogger logger, string group, Exception error);
}

/// <summary>The books and the dispatcher, for one quick look under their lock. The dispatcher is null while the configuration changes.</summary>
readonly record struct EngineView(AlertBook Alerts, SilenceBook Silences, NotifyLog Log, Dispatcher? Dispatcher, long NowMs);
