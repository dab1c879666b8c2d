namespace Pharos.AspNetCore.Logs;

/// <summary>Takes finished lines from any thread and writes them to a stream from one thread of its own.</summary>
/// <remarks>
/// <para>Shape: two buffers that change places; one is filled while the other is written. A caller only copies its line: a stream that stalls never
/// holds up the application.</para>
/// <para>Limits: <c>maxWaitingBytes</c> wait at most. Lines beyond, and lines that the stream refused (full disk, closed pipe), are lost and counted;
/// the count is written as a line once the stream takes lines again.</para>
/// <para>Lifetime: after <see cref="Dispose"/> a line is written at once on the caller's thread, so that a logger called during the end still speaks.</para>
/// </remarks>
sealed class LineQueue : IDisposable
{
    /// <summary>How long the end waits for a stream that does not take the last lines.</summary>
    static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(2);

    readonly Stream output;
    readonly int maxWaitingBytes;
    readonly Func<long, byte[]> tellLost;
    readonly Thread writer;
    readonly Lock outputLock = new();
    readonly object gate = new();

    byte[] filling = new byte[16 * 1024];
    byte[] writing = new byte[16 * 1024];
    int fillingBytes;
    int fillingLines;
    bool isWriting;
    bool isClosed;
    long lostLines;
    long untoldLines;

    /// <param name="tellLost">Makes the line that tells how many lines were lost.</param>
    public LineQueue(Stream output, int maxWaitingBytes, Func<long, byte[]> tellLost)
    {
        (this.output, this.maxWaitingBytes, this.tellLost) = (output, maxWaitingBytes, tellLost);
        writer = new Thread(WriteAll) { IsBackground = true, Name = "Pharos log writer" };
        writer.Start();
        // An end without disposal (Environment.Exit, a crash) must not swallow the lines that tell why.
        AppDomain.CurrentDomain.ProcessExit += FlushAtEnd;
        AppDomain.CurrentDomain.UnhandledException += FlushAtEnd;
    }

    /// <summary>Lines lost since the start.</summary>
    public long LostLines => Interlocked.Read(ref lostLines);

    /// <summary>Takes one line, which ends with a line feed.</summary>
    public void Append(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            if (!isClosed)
            {
                if (fillingBytes + line.Length > maxWaitingBytes)
                {
                    Lose(1);
                    return;
                }
                if (fillingBytes + line.Length > filling.Length) Array.Resize(ref filling, Math.Max(filling.Length * 2, fillingBytes + line.Length));
                line.CopyTo(filling.AsSpan(fillingBytes));
                fillingBytes += line.Length;
                fillingLines++;
                // The writer looks again by itself while it is at work.
                if (!isWriting) Monitor.PulseAll(gate);
                return;
            }
        }
        if (outputLock.TryEnter(LastWrite))
        {
            try
            {
                Write(line, 1);
            }
            finally
            {
                outputLock.Exit();
            }
        }
    }

    /// <summary>Waits until every line taken so far has been offered to the stream, or until the time is over.</summary>
    public bool Flush(TimeSpan atMost)
    {
        var until = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        lock (gate)
        {
            while (fillingBytes > 0 || isWriting)
            {
                var left = until - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(gate, (int)left)) return false;
            }
            return true;
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= FlushAtEnd;
        AppDomain.CurrentDomain.UnhandledException -= FlushAtEnd;
        Flush(LastWrite);
        lock (gate)
        {
            isClosed = true;
            Monitor.PulseAll(gate);
        }
        writer.Join(LastWrite);
    }

    void FlushAtEnd(object? sender, EventArgs end) => Flush(LastWrite);

    void WriteAll()
    {
        while (true)
        {
            int bytes, lines;
            long untold;
            lock (gate)
            {
                isWriting = false;
                Monitor.PulseAll(gate);
                while (fillingBytes == 0 && !isClosed) Monitor.Wait(gate);
                if (fillingBytes == 0) return;
                (filling, writing) = (writing, filling);
                (bytes, lines, untold) = (fillingBytes, fillingLines, Interlocked.Exchange(ref untoldLines, 0));
                (fillingBytes, fillingLines) = (0, 0);
                isWriting = true;
            }
            lock (outputLock)
            {
                var isWritten = Write(writing.AsSpan(0, bytes), lines);
                if (untold > 0)
                {
                    if (isWritten) Write(tellLost(untold), 0);
                    else Interlocked.Add(ref untoldLines, untold);
                }
            }
            // A burst is over: its memory need not stay.
            if (writing.Length > 1024 * 1024) writing = new byte[16 * 1024];
        }
    }

    bool Write(ReadOnlySpan<byte> bytes, int lines)
    {
        try
        {
            output.Write(bytes);
            output.Flush();
            return true;
        }
        catch (Exception)
        {
            // Whatever it was, this thread must live on, and there is no other place to say it: the count tells it when the stream takes lines again.
            Lose(lines);
            return false;
        }
    }

    void Lose(int lines)
    {
        Interlocked.Add(ref lostLines, lines);
        Interlocked.Add(ref untoldLines, lines);
    }
}
