using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pharos.AspNetCore.Logs;

namespace Pharos.Tests.AspNetCore.Logs;

public sealed class LineQueueTests
{
    [Fact]
    public void Lines_of_many_threads_arrive_whole_and_each_once()
    {
        var output = new MemoryStream();
        using (var queue = new LineQueue(output, 1 << 26, Told))
        {
            Parallel.For(0, 20_000, number => queue.Append(Encoding.UTF8.GetBytes($"{number}\n")));
        }

        Assert.Equal(Enumerable.Range(0, 20_000), Encoding.UTF8.GetString(output.ToArray()).Split('\n')[..^1].Select(int.Parse).Order());
    }

    [Fact]
    public void A_stream_that_stalls_holds_nobody_up_and_what_is_lost_is_told_later()
    {
        using var output = new Gate();
        using var queue = new LineQueue(output, 65_536, Told);
        for (var at = 0; at < 2_000; at++) queue.Append(new byte[100]);
        Assert.InRange(queue.LostLines, 600, 1_400);
        var lost = queue.LostLines;
        output.Open.Set();
        Assert.True(queue.Flush(Patience.Limit));
        queue.Append("next\n"u8);
        Assert.True(queue.Flush(Patience.Limit));

        // In one line, or in two when the writer was slow to begin.
        Assert.Equal(lost, Regex.Matches(Encoding.UTF8.GetString(output.ToArray()), "lost ([0-9]+)\n").Sum(told => long.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture)));
        Assert.Equal(lost, queue.LostLines);
    }

    [Fact]
    public void A_full_disk_loses_lines_counts_them_and_takes_the_next()
    {
        using var output = new Gate { Fault = new IOException("No space left on device") };
        output.Open.Set();
        using var queue = new LineQueue(output, 65_536, Told);
        queue.Append("a\n"u8);
        Assert.True(queue.Flush(Patience.Limit));
        Assert.Equal(1, queue.LostLines);
        output.Fault = null;
        queue.Append("b\n"u8);
        Assert.True(queue.Flush(Patience.Limit));

        Assert.Equal("b\nlost 1\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void After_the_end_lines_are_written_at_once()
    {
        var output = new MemoryStream();
        var queue = new LineQueue(output, 65_536, Told);
        queue.Append("a\n"u8);
        queue.Dispose();
        queue.Append("b\n"u8);

        Assert.Equal("a\nb\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void The_end_waits_for_a_stalled_stream_only_so_long()
    {
        using var output = new Gate();
        var queue = new LineQueue(output, 65_536, Told);
        queue.Append("a\n"u8);
        var start = Environment.TickCount64;
        queue.Dispose();
        queue.Append("b\n"u8);

        Assert.InRange(Environment.TickCount64 - start, 1_000, (long)Patience.Limit.TotalMilliseconds);
        output.Open.Set();
    }

    static byte[] Told(long lost) => Encoding.UTF8.GetBytes($"lost {lost}\n");

    /// <summary>A stream that takes nothing until it is opened.</summary>
    sealed class Gate : MemoryStream
    {
        public ManualResetEventSlim Open { get; } = new();

        public Exception? Fault { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Open.Wait();
            if (Fault is not null) throw Fault;
            base.Write(buffer);
        }
    }
}
