using Microsoft.AspNetCore.Http;
using Pharos.Server.Doors;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Doors;

public sealed class ReceivedBodyTests
{
    const int Most = 1 << 20;

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(20_000, true)]
    [InlineData(Most, true)]
    [InlineData(Most, false)]
    public async Task A_body_comes_whole_whether_its_length_was_told_or_not(int length, bool isTold)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var limit = new BodyLimit(Most, 8 * Most);

        using (var body = await ReceivedBody.ReadAsync(Request(new MemoryStream(bytes), isTold ? length : null), limit, SomeDoors.Limits)) Assert.Equal(bytes, body.Bytes.ToArray());

        Assert.True(limit.InWork.TryTake(8 * Most)); // All of it was given back.
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        var limit = new BodyLimit(Most, 8 * Most);
        var fault = await Assert.ThrowsAsync<BadHttpRequestException>(() => ReceivedBody.ReadAsync(Request(new MemoryStream(new byte[Most + 1]), null), limit, SomeDoors.Limits));
        Assert.Equal((413, "body of more than 1048576 bytes"), (fault.StatusCode, fault.Message));
        Assert.True(limit.InWork.TryTake(8 * Most));
    }

    [Fact]
    public async Task What_came_counts_and_not_what_is_claimed()
    {
        var limit = new BodyLimit(Most, 2 * Most);
        using var silent = new SilentStream();
        var waiting = Enumerable.Range(0, 20).Select(_ => ReceivedBody.ReadAsync(Request(silent, Most), limit, SomeDoors.Limits)).ToList();

        using (var body = await ReceivedBody.ReadAsync(Request(new MemoryStream(new byte[Most / 2]), Most / 2), limit, SomeDoors.Limits)) Assert.Equal(Most / 2, body.Bytes.Length);
        Assert.True(limit.InWork.TryTake(Most));
        var fault = await Assert.ThrowsAsync<BadHttpRequestException>(() => ReceivedBody.ReadAsync(Request(new MemoryStream(new byte[Most]), Most), limit, SomeDoors.Limits));

        Assert.Equal(503, fault.StatusCode);
        silent.End();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task What_does_not_come_in_time_is_given_up_and_gives_back_what_it_held()
    {
        var time = new ManualTime(1_000_000);
        var limit = new BodyLimit(Most, Most);
        using var silent = new SilentStream();
        var reading = ReceivedBody.ReadAsync(Request(silent, Most), limit, new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2), time));

        time.Advance(TimeSpan.FromMinutes(5));

        var fault = await Assert.ThrowsAsync<BadHttpRequestException>(() => reading);
        Assert.Equal((408, "the body did not come whole within 300 s"), (fault.StatusCode, fault.Message));
        Assert.True(limit.InWork.TryTake(Most));
    }

    static DefaultHttpContext Request(Stream body, long? claimed) => new() { Request = { Body = body, ContentLength = claimed } };

    /// <summary>Nothing comes of it until it ends.</summary>
    sealed class SilentStream : MemoryStream
    {
        readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => ended.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await ended.Task.WaitAsync(cancellationToken);
            return 0;
        }
    }
}
