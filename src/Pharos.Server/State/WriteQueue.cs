namespace Pharos.Server.State;

/// <summary>What waits to be written, in two lanes: state, for which somebody waits, and notes, for which nobody does.</summary>
/// <remarks>
/// <para>State is written when somebody asks for it to be on disk, so that all that was added until then is one batch; or when much waits, or no more came
/// for a moment. Notes are written when state was quiet for a moment, since between two posts of a flood they would only delay the second; or when many
/// wait, or one has waited for a second.</para>
/// <para>Limits: adding never waits, so that it may be done under any lock. Those who bring much ask for <see cref="RoomAsync"/> before; state is
/// bounded by the flushes that its bringers wait for, and notes beyond their bound are dropped and counted.</para>
/// <para>Threads: safe for all; one takes.</para>
/// </remarks>
sealed class WriteQueue
{
    /// <summary>How long state is quiet before notes are written, and waits itself when nobody asks for it.</summary>
    const int LullMs = 50;

    const int LongestNoteWaitMs = 1_000;

    /// <summary>How soon a disk that refused is tried again.</summary>
    public const int RetryMs = 1_000;

    /// <summary>Notes that wait when those who bring more are asked for patience.</summary>
    const int CrowdedNotes = 20_000;

    readonly object gate = new(); // A plain monitor: the writer is a thread of its own and sleeps in it.
    readonly Lane state = new(most: int.MaxValue, atOnce: 100_000, hurryAt: 1_000);

    /// <summary>A batch of notes takes some ten milliseconds, for which an acknowledgement may have to wait.</summary>
    readonly Lane notes = new(most: 100_000, atOnce: 1_000, hurryAt: 10_000);
    TaskCompletionSource? crowd; // Waits for room among the notes.
    long dropped;
    long quietSince;
    long notesSince;
    bool isFailing;
    bool isEnded;

    sealed class Lane(int most, int atOnce, int hurryAt)
    {
        readonly Queue<StateWrite> writes = [];
        readonly Queue<Flush> flushes = [];
        long added;
        long taken;

        public bool IsEmpty => writes.Count == 0 && flushes.Count == 0;

        public int Count => writes.Count;

        public bool IsFull => writes.Count >= most;

        public bool IsInHurry => flushes.Count > 0 || writes.Count >= hurryAt;

        public void Add(StateWrite write)
        {
            writes.Enqueue(write);
            added++;
        }

        public void Add(TaskCompletionSource done) => flushes.Enqueue(new(added, done));

        public void Take(WriteBatch batch)
        {
            while (batch.Writes.Count < atOnce && writes.TryDequeue(out var write)) batch.Writes.Add(write);
            taken += batch.Writes.Count;
            while (flushes.TryPeek(out var flush) && flush.UpTo <= taken) batch.Flushes.Add(flushes.Dequeue().Done);
        }
    }

    sealed record Flush(long UpTo, TaskCompletionSource Done);

    /// <summary>Notes that found no room.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Adds state.</summary>
    public void Add(StateWrite write)
    {
        lock (gate)
        {
            if (!isEnded) AddAndWake(state, write);
        }
    }

    /// <summary>Adds a note, or counts it as dropped when so many wait already.</summary>
    public void AddNote(StateWrite write)
    {
        lock (gate)
        {
            if (isEnded) return;
            if (notes.IsFull) dropped++;
            else AddAndWake(notes, write);
        }
    }

    /// <summary>The same, for what is added anew at some other time.</summary>
    public bool TryAddNote(StateWrite write)
    {
        lock (gate)
        {
            if (isEnded || notes.IsFull) return false;
            AddAndWake(notes, write);
            return true;
        }
    }

    /// <summary>Completes when there is room for the notes of some thousand alerts. For those who hold no lock.</summary>
    public Task RoomAsync()
    {
        lock (gate)
        {
            if (isEnded || isFailing || notes.Count < CrowdedNotes) return Task.CompletedTask;
            return (crowd ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Completes when all state that was added before is written.</summary>
    public Task FlushAsync() => FlushAsync(state);

    /// <summary>The same for notes.</summary>
    public Task FlushNotesAsync() => FlushAsync(notes);

    /// <summary>Nothing more is added; what waits is still taken.</summary>
    /// <returns>False: it had ended already.</returns>
    public bool End()
    {
        lock (gate)
        {
            if (isEnded) return false;
            isEnded = true;
            EndCrowd();
            Monitor.PulseAll(gate);
            return true;
        }
    }

    /// <summary>Waits for the next batch. While the disk refuses it holds state alone, and may be empty: it is time to try again what was kept.</summary>
    /// <returns>False: it has ended, and nothing is left.</returns>
    public bool Take(WriteBatch batch, bool isFailing = false)
    {
        batch.Clear();
        lock (gate)
        {
            this.isFailing = isFailing;
            if (isFailing) EndCrowd(); // Notes wait for the disk, and nobody for them.
            var retryAt = Environment.TickCount64 + RetryMs;
            while (true)
            {
                var now = Environment.TickCount64;
                var lull = isEnded ? 0 : quietSince + LullMs - now;
                if (state.IsInHurry || (!state.IsEmpty && lull <= 0) || (isFailing && now >= retryAt && !isEnded))
                {
                    state.Take(batch);
                    batch.IsState = true;
                    quietSince = now;
                    break;
                }
                var wait = Math.Min(lull, notesSince + LongestNoteWaitMs - now);
                if ((notes.IsInHurry || (!notes.IsEmpty && wait <= 0)) && (!isFailing || isEnded))
                {
                    notes.Take(batch);
                    batch.IsState = false;
                    notesSince = now;
                    break;
                }
                if (isEnded) return false;
                if (isFailing) wait = Math.Min(state.IsEmpty ? long.MaxValue : lull, retryAt - now);
                else wait = !state.IsEmpty ? lull : !notes.IsEmpty ? wait : Timeout.Infinite;
                Monitor.Wait(gate, (int)wait);
            }
            if (notes.Count < CrowdedNotes) EndCrowd();
            return true;
        }
    }

    void EndCrowd()
    {
        crowd?.TrySetResult();
        crowd = null;
    }

    /// <summary>The writer is woken for the first of a batch, to look at the time, and when it is to hurry; not ten thousand times in a flood.</summary>
    void AddAndWake(Lane lane, StateWrite write)
    {
        var (wasIdle, wasInHurry) = (state.IsEmpty && notes.IsEmpty, lane.IsInHurry);
        if (lane == state) quietSince = Environment.TickCount64;
        else if (lane.IsEmpty) notesSince = Environment.TickCount64;
        lane.Add(write);
        if (wasIdle || lane.IsInHurry != wasInHurry) Monitor.PulseAll(gate);
    }

    Task FlushAsync(Lane lane)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (isEnded) return Task.FromException(new IOException("the database is closed"));
            lane.Add(done);
            Monitor.PulseAll(gate);
        }
        return done.Task;
    }
}

/// <summary>One transaction, and whom to tell of its end.</summary>
sealed class WriteBatch
{
    public List<StateWrite> Writes { get; } = [];

    public List<TaskCompletionSource> Flushes { get; } = [];

    /// <summary>State, which is synced; else notes.</summary>
    public bool IsState { get; set; }

    public void Clear()
    {
        Writes.Clear();
        Flushes.Clear();
    }
}
