using Pharos.Server.HttpClients;


namespace Pharos.Tests.Server.HttpClients;

public sealed class BoundedAnswerTests
{
    const int Most = 100_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 << 10)]
    [InlineData(Most - 1)]
    [InlineData(Most)]
    public async Task What_is_within_the_bound_comes_whole(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        Assert.Equal(bytes, (await BoundedAnswer.ReadAsync(Content(bytes), Most, TestContext.Current.CancellationToken)).ToArray());
    }

    [Theory]
    [InlineData(Most + 1)]
    [InlineData(10 * Most)]
    public async Task More_is_refused_with_the_bound(int length)
    {
        var fault = await Assert.ThrowsAsync<AnswerTooLongException>(() => BoundedAnswer.ReadAsync(Content(new byte[length]), Most, TestContext.Current.CancellationToken));
        Assert.Equal("answered with more than 100000 bytes", fault.Message);
    }

    [Fact]
    public async Task A_length_that_is_too_much_is_believed_at_once()
    {
        using var content = new StreamContent(new EndlessStream());
        content.Headers.ContentLength = Most + 1;

        await Assert.ThrowsAsync<AnswerTooLongException>(() => BoundedAnswer.ReadAsync(content, Most, TestContext.Current.CancellationToken));
        using var silent = new StreamContent(new EndlessStream());
        await Assert.ThrowsAsync<AnswerTooLongException>(() => BoundedAnswer.ReadAsync(silent, Most, TestContext.Current.CancellationToken));
    }

    /// <summary>Of a length that nobody knows before, as chunks are.</summary>
    static StreamContent Content(byte[] bytes) => new(new SmallReads(bytes));

    sealed class SmallReads(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, 777)], cancellationToken);
    }

    sealed class EndlessStream : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);
    }
}
