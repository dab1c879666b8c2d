using System.Threading.Channels;

namespace Pharos.Server.Hosting.Notices;

/// <summary>The troubles of this server that last, and who wants to hear when one begins or ends.</summary>
/// <remarks>
/// <para>Limits: a subscriber that does not read loses the oldest of <see cref="MaxWaiting"/> messages; no more than the given number of subscribers.</para>
/// <para>Threads: all members are safe.</para>
/// </remarks>
sealed class ServerNotices(int maxSubscribers, TimeProvider time)
{
    const int MaxWaiting = 16;

    readonly Lock gate = new();
    readonly List<ServerNotice> active = [];
    readonly List<Channel<ServerNotice>> subscribers = [];
    bool isClosed;

    /// <summary>What is wrong now, the oldest first.</summary>
    public IReadOnlyList<ServerNotice> Active
    {
        get
        {
            lock (gate) return [.. active];
        }
    }

    /// <summary>Says that something is wrong. What is said already stays as it is, with its time.</summary>
    public void Raise(string text)
    {
        lock (gate)
        {
            if (active.Exists(notice => notice.Text == text)) return;
            var notice = new ServerNotice(text, time.GetUtcNow(), IsActive: true);
            active.Add(notice);
            Tell(notice);
        }
    }

    /// <summary>Says that it is over.</summary>
    public void Withdraw(string text)
    {
        lock (gate)
        {
            var index = active.FindIndex(notice => notice.Text == text);
            if (index < 0) return;
            var notice = active[index];
            active.RemoveAt(index);
            Tell(notice with { IsActive = false });
        }
    }

    /// <summary>Everything that is wrong now, then each change; null when there are too many subscribers, or the server ends.</summary>
    public ChannelReader<ServerNotice>? Subscribe()
    {
        lock (gate)
        {
            if (isClosed || subscribers.Count >= maxSubscribers) return null;
            var channel = Channel.CreateBounded<ServerNotice>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
            foreach (var notice in active) channel.Writer.TryWrite(notice);
            subscribers.Add(channel);
            return channel.Reader;
        }
    }

    public void Unsubscribe(ChannelReader<ServerNotice> reader)
    {
        lock (gate) subscribers.RemoveAll(channel => channel.Reader == reader);
    }

    /// <summary>The server ends: subscribers get what waits for them, and then the end.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            foreach (var channel in subscribers) channel.Writer.TryComplete();
        }
    }

    void Tell(ServerNotice notice)
    {
        foreach (var channel in subscribers) channel.Writer.TryWrite(notice);
    }
}
