using System.Text;

namespace Pharos.Server.Load;

/// <summary>One run of a plan: sends what is due when it is due, and counts what becomes of it.</summary>
/// <remarks>
/// <para>Threads: the schedule has a thread of its own, so that a pool busy with answers cannot delay it; the rest runs on the pool. The counts
/// may be read at any time.</para>
/// <para>Limits: the schedule wakes in steps of a millisecond. What it sends late for that is late in <see cref="LoadTally.Latency"/>, never in
/// <see cref="LoadTally.Service"/>; <see cref="Lateness"/> tells how much it is.</para>
/// </remarks>
sealed class LoadRun : IDisposable
{
    const int MaxSavedBytes = 1 << 20;
    static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);
    static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>(StringComparer.Ordinal);

    readonly LoadPlan plan;
    readonly Pacer pacer;
    readonly TimeProvider time;
    readonly HttpMessageInvoker client;
    readonly double[] weightsUpTo;
    readonly LoadTally[] steps;
    readonly TaskCompletionSource lastVisitEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long startStamp;
    long due;
    long notSent;
    long underWay = 1; // The schedule itself counts as one, so that zero means the end.

    public LoadRun(LoadPlan plan, TimeProvider time)
    {
        this.plan = plan;
        this.time = time;
        pacer = new(plan.Rate, plan.Duration);
        steps = [.. plan.Steps.Select(_ => new LoadTally())];
        weightsUpTo = new double[steps.Length];
        for (var i = 0; i < steps.Length; i++) weightsUpTo[i] = plan.Steps[i].Weight + (i == 0 ? 0 : weightsUpTo[i - 1]);
        client = new(NewHandler(plan));
    }

    public LoadPlan Plan => plan;

    /// <summary>All steps together.</summary>
    public LoadTally All { get; } = new();

    /// <summary>In the order of the plan.</summary>
    public IReadOnlyList<LoadTally> Steps => steps;

    /// <summary>How much later than due the schedule sent the first requests of visits.</summary>
    public LatencyHistogram Lateness { get; } = new();

    /// <summary>Visits that were due so far.</summary>
    public long Due => Interlocked.Read(ref due);

    /// <summary>Visits that were due while as many as allowed were under way.</summary>
    public long NotSent => Interlocked.Read(ref notSent);

    public long InFlight => Math.Max(0, Interlocked.Read(ref underWay) - (lastVisitEnded.Task.IsCompleted ? 0 : 1));

    public TimeSpan Elapsed => startStamp == 0 ? TimeSpan.Zero : time.GetElapsedTime(startStamp);

    /// <summary>How long visits were begun: shorter than planned when it was cancelled.</summary>
    public TimeSpan SendingFor { get; private set; }

    /// <summary>Share of what was due that failed or was not sent; 0 when nothing was due.</summary>
    public double ErrorRatio => All.Sent + NotSent == 0 ? 0 : (All.Failed + NotSent) / (double)(All.Sent + NotSent);

    /// <summary>Returns when all visits have ended: after the duration, or soon after the cancellation, which throws nothing.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        startStamp = time.GetTimestamp();
        var schedule = new Thread(() => Schedule(cancellation)) { IsBackground = true, Name = "load schedule" };
        schedule.Start();
        await lastVisitEnded.Task;
    }

    public void Dispose() => client.Dispose();

    void Schedule(CancellationToken cancellation)
    {
        var visit = 0L;
        while (visit < pacer.Total && !cancellation.IsCancellationRequested)
        {
            for (var until = pacer.DueBy(Elapsed); visit < until; visit++) Begin(pacer.DueAt(visit), cancellation);
            if (visit >= pacer.Total) break;
            var wait = pacer.DueAt(visit) - Elapsed;
            if (wait > TimeSpan.Zero) cancellation.WaitHandle.WaitOne(wait < ShortestSleep ? ShortestSleep : wait);
        }
        // The last visits were begun before the end; their share of the time belongs to the rate as well.
        SendingFor = cancellation.IsCancellationRequested || plan.Duration == Timeout.InfiniteTimeSpan || Elapsed > plan.Duration ? Elapsed : plan.Duration;
        End();
    }

    void Begin(TimeSpan dueAt, CancellationToken cancellation)
    {
        Interlocked.Increment(ref due);
        if (Interlocked.Read(ref underWay) > plan.MaxInFlight)
        {
            Interlocked.Increment(ref notSent);
            return;
        }
        Interlocked.Increment(ref underWay);
        Lateness.Record(Elapsed - dueAt);
        _ = VisitAsync(Choose(), dueAt, cancellation);
    }

    void End()
    {
        if (Interlocked.Decrement(ref underWay) == 0) lastVisitEnded.SetResult();
    }

    int Choose()
    {
        if (weightsUpTo.Length == 1) return 0;
        var at = Array.BinarySearch(weightsUpTo, Random.Shared.NextDouble() * weightsUpTo[^1]);
        return Math.Min(at < 0 ? ~at : at + 1, weightsUpTo.Length - 1);
    }

    async Task VisitAsync(int step, TimeSpan dueAt, CancellationToken cancellation)
    {
        try
        {
            var saved = Nothing;
            var requests = plan.Steps[step].Requests;
            for (var i = 0; i < requests.Count; i++)
            {
                if (i > 0) dueAt = Elapsed + requests[i].Think;
                if (requests[i].Think > TimeSpan.Zero) await Task.Delay(requests[i].Think, time, cancellation);
                if (await AskAsync(step, requests[i], saved, dueAt, cancellation) is not { } savedToo) return;
                saved = savedToo;
            }
        }
        catch (OperationCanceledException)
        {
            // The run was ended during a pause: nothing was sent, nothing is counted.
        }
        finally
        {
            End();
        }
    }

    /// <summary>Sends one request and counts it. Null: it was not answered well, so the visit ends.</summary>
    async Task<IReadOnlyDictionary<string, string>?> AskAsync(int step, LoadRequest request, IReadOnlyDictionary<string, string> saved, TimeSpan dueAt, CancellationToken cancellation)
    {
        var sentAt = Elapsed;
        using var timeout = new CancellationTokenSource(plan.Timeout, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        All.Began();
        steps[step].Began();
        try
        {
            using var message = NewMessage(request, saved);
            using var answer = await client.SendAsync(message, patience.Token);
            var kept = await ReadAsync(request, answer, saved, patience.Token);
            var status = (int)answer.StatusCode;
            var endedAt = Elapsed;
            Count(step, tally => tally.Answer(status, status < 400 || request.Expected.Contains(status), endedAt - dueAt, endedAt - sentAt));
            return status < 400 ? kept : null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Count(step, tally => tally.Fault(LoadFaults.Abandoned));
        }
        catch (OperationCanceledException)
        {
            var endedAt = Elapsed;
            Count(step, tally => tally.TimedOut(endedAt - dueAt, endedAt - sentAt));
        }
        catch (Exception error)
        {
            Count(step, tally => tally.Fault(LoadFaults.KindOf(error))); // Whatever it is: what was sent is counted.
        }
        return null;
    }

    void Count(int step, Action<LoadTally> count)
    {
        count(steps[step]);
        count(All);
    }

    static HttpRequestMessage NewMessage(LoadRequest request, IReadOnlyDictionary<string, string> saved)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(request.Address.Render(saved, Uri.EscapeDataString)));
        if (request.Body is { } body) message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.Render(saved)));
        foreach (var (name, text) in request.Headers)
        {
            var value = text.Render(saved, WithoutControls);
            // Headers that describe the body live with it; everything else with the message.
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        return message;
    }

    /// <summary>A service must not be able to add lines to our next request by what it answers.</summary>
    static string WithoutControls(string value) => value.Any(char.IsControl) ? string.Concat(value.Where(character => !char.IsControl(character))) : value;

    static async Task<IReadOnlyDictionary<string, string>> ReadAsync(LoadRequest request, HttpResponseMessage answer, IReadOnlyDictionary<string, string> saved, CancellationToken cancellation)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        if (request.Saved.Count == 0 || !answer.IsSuccessStatusCode)
        {
            await body.CopyToAsync(Stream.Null, cancellation);
            return saved;
        }
        using var kept = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (kept.Length + read <= MaxSavedBytes) kept.Write(buffer, 0, read);
        }
        return SavedFields.Add(saved, request.Saved, kept.GetBuffer().AsMemory(0, (int)kept.Length));
    }

    static SocketsHttpHandler NewHandler(LoadPlan plan)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // Each request is one request.
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = plan.MaxInFlight,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            ConnectTimeout = plan.Timeout,
            ActivityHeadersPropagator = null,
        };
        if (plan.IsInsecure) handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        return handler;
    }
}
