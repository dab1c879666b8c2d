using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Persistence;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;
using Pharos.Server.Rooms;
using Pharos.Server.State;

namespace Pharos.Server.Alerting.Delivery;

/// <summary>Drives the dispatcher by the real clock, delivers what it decides, and keeps its books on disk.</summary>
/// <remarks>
/// <para>An alert or silence is acknowledged when it is on disk. What an integration took is on disk before anything else is told to it: after a kill
/// nothing is sent twice and nothing forgotten, but for one window of a few milliseconds, between the answer of the service and the sync of the disk.
/// A kill inside it sends that one notification again: no protocol of these services could tell that it arrived.</para>
/// <para>Threads: safe for all. One lock guards the books, which know no disk: what follows from an event is put by in memory, and carried out by
/// <see cref="Outbox{TEffect}"/> once the lock is left, in the order in which it came up.</para>
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
    readonly Outbox<Effect> outbox;
    readonly StateDatabase database;
    readonly AlertLedger ledger;
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

    /// <param name="keep">Puts an effect on its way to the disk or the ledger; never waits.</param>
    public AlertEngine(StateDatabase database, Action<Effect> keep, AlertLedger ledger, string externalUrl, TimeProvider time, ILogger logger)
    {
        this.database = database;
        outbox = new(gate, effect =>
        {
            if (effect is GroupDue due) Begin(due);
            else keep(effect);
        });
        this.ledger = ledger;
        this.externalUrl = externalUrl;
        this.time = time;
        this.logger = logger;
        Flood = new(time);
        AlertTables.Load(database, alerts, silences, log);
        lookedMs = NowMs;
        loop = Task.Run(RunAsync);
    }

    /// <summary>Told how each notification ended that was not cut off by a change of the configuration.</summary>
    public Action<NotificationEnd>? Ended { get; set; }

    /// <summary>Whether the caller holds the lock of the books.</summary>
    public bool IsLooking => gate.IsHeldByCurrentThread;

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
                next[(receiver.Name, integration.ToString())] = preparation.Own(new Courier(receiver.Name, integration, services, ledger, time, logger));
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
                foreach (var alert in part)
                {
                    if (dispatcher is not null) outbox.Add(dispatcher.Put(alert, nowMs));
                    else outbox.Add(alerts.Put(alert)); // While the configuration changes; the next dispatcher finds it in the book.
                }
            }
            outbox.CarryOut();
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
        lock (gate)
        {
            (id, var effects) = silences.Set(silence, NowMs, Guid.NewGuid().ToString());
            outbox.Add(effects);
        }
        outbox.CarryOut();
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
            outbox.Add(silences.Expire(id, NowMs));
        }
        outbox.CarryOut();
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
        outbox.CarryOut();
        await EndDeliveriesAsync();
        foreach (var courier in couriers.Values) courier.Dispose();
        reload.Dispose();
        stop.Dispose();
        wake.Dispose();
    }

    async ValueTask SwapAsync(AlertmanagerFileConfig config, Dictionary<(string, string), Courier> next)
    {
        lock (gate) dispatcher = null; // Nothing new begins until what is under way has ended, so that nothing is told twice.
        outbox.CarryOut(); // What was due begins, so that its end is waited for.
        await EndDeliveriesAsync();
        Dictionary<(string, string), Courier> former;
        lock (gate)
        {
            former = couriers;
            Volatile.Write(ref couriers, next);
            reload.Dispose();
            reload = new();
            untold.Clear(); // What is still to be told is found again by the new dispatcher.
            (dispatcher, var effects) = Dispatcher.Begin(config, alerts, silences, log, NowMs);
            outbox.Add(effects);
        }
        outbox.CarryOut();
        foreach (var courier in former.Values) courier.Dispose();
        Wake();
    }

    /// <summary>The integrations of a receiver, by their names, and what ends attempts when the configuration is replaced.</summary>
    public (IReadOnlyList<Courier> Couriers, CancellationToken Cut) WaysTo(string receiver)
    {
        lock (gate) return ([.. couriers.Values.Where(courier => courier.Receiver == receiver).OrderBy(courier => courier.Integration.ToString(), StringComparer.Ordinal)], reload.Token);
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
        var nowMs = NowMs;
        if (nowMs >= trimAtMs)
        {
            trimAtMs = nowMs + (long)TrimEvery.TotalMilliseconds;
            ledger.Trim(nowMs);
        }
        var wait = Look(nowMs);
        outbox.CarryOut();
        return wait;
    }

    TimeSpan Look(long nowMs)
    {
        lock (gate)
        {
            lookedMs = nowMs;
            if (dispatcher is null) return TimeSpan.FromSeconds(30);
            var effects = dispatcher.Due(nowMs);
            outbox.Add(effects);
            foreach (var notice in effects.OfType<GroupDue>().SelectMany(due => due.Flush.Notices))
            {
                if (notice.Reason is null) untold.Remove(notice.Key);
                else untold.TryAdd(notice.Key, nowMs);
            }
            return TimeSpan.FromMilliseconds(Math.Clamp(dispatcher.NextDueMs - nowMs, 0, 30_000));
        }
    }

    void Begin(GroupDue due)
    {
        lock (gate)
        {
            var task = DeliverAsync(due, reload.Token);
            delivering.Add(task);
            _ = task.ContinueWith(
                ended =>
                {
                    lock (gate) delivering.Remove(ended);
                },
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    async Task DeliverAsync(GroupDue due, CancellationToken cut)
    {
        await Task.Yield(); // Who begins it holds the lock until here.
        var (owner, flush) = due;
        var isWhole = true;
        try
        {
            var outcomes = await Task.WhenAll(flush.News.Select(notice => DeliverAsync(due, notice, cut)));
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

    async Task<bool> DeliverAsync(GroupDue due, Notice notice, CancellationToken cut)
    {
        string? state = null;
        if (notice.Alerts.Count > 0)
        {
            await Task.Yield(); // Each integration on its own: the texts of one must not hold up another.
            if (!Volatile.Read(ref couriers).TryGetValue((notice.Key.Receiver, notice.Key.Integration), out var courier)) return false;
            var deadline = DateTimeOffset.FromUnixTimeMilliseconds(due.Flush.NowMs) + DeadlineOf(due.Flush.Group.Route.GroupInterval);
            var result = await courier.DeliverAsync(FlushNotification.Create(due.Flush, notice, externalUrl), deadline, onlyOnce: false, cut);
            var isTaken = result.Outcome == NotifyOutcome.Sent;
            if (isTaken || !cut.IsCancellationRequested) Ended?.Invoke(new(notice.Key.Receiver, notice.Key.Integration, isTaken, result.Reason, NowMs));
            if (!isTaken) return false;
            state = result.State;
        }
        lock (gate)
        {
            outbox.Add(due.Owner.Told(notice, state, NowMs));
            untold.Remove(notice.Key);
        }
        outbox.CarryOut();
        await database.FlushAsync();
        return true;
    }

    static TimeSpan DeadlineOf(TimeSpan groupInterval) => TimeSpan.FromTicks(Math.Clamp(groupInterval.Ticks, ShortestDeadline.Ticks, LongestDeadline.Ticks));

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
