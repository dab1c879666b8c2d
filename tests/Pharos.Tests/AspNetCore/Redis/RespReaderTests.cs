using System.Text;
using Pharos.AspNetCore.Redis;

namespace Pharos.Tests.AspNetCore.Redis;

public sealed class RespReaderTests
{
    [Fact]
    public async Task Answers_of_every_kind_are_read_however_they_are_cut()
    {
        const string Answers = "+OK\r\n:-42\r\n$5\r\na\r\nbc\r\n$0\r\n\r\n$-1\r\n*3\r\n:1\r\n*0\r\n*-1\r\n-ERR no\r\n";
        for (var piece = 1; piece < 12; piece++)
        {
            var reader = new RespReader(new PiecewiseStream(Encoding.UTF8.GetBytes(Answers), piece));

            Assert.Equal("OK", await ReadAsync(reader));
            Assert.Equal(-42L, await ReadAsync(reader));
            Assert.Equal("a\r\nbc"u8.ToArray(), await ReadAsync(reader));
            Assert.Equal(Array.Empty<byte>(), await ReadAsync(reader));
            Assert.Null(await ReadAsync(reader));
            Assert.Equal([1L, Array.Empty<object?>(), null], Assert.IsType<object?[]>(await ReadAsync(reader)));
            Assert.Equal("ERR no", Assert.IsType<RedisException>(await ReadAsync(reader)).Message);
            await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(reader));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\r\n")]
    [InlineData(":x\r\n")]
    [InlineData("$99999999999\r\n")]
    [InlineData("*99999999\r\n")]
    [InlineData("$1\r\nabc")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n")]
    public async Task What_is_no_answer_is_refused(string text) => await Assert.ThrowsAsync<RedisException>(() => ReadAsync(new(new MemoryStream(Encoding.UTF8.GetBytes(text)))));

    [Fact]
    public async Task A_line_without_end_is_not_read_for_ever() => await Assert.ThrowsAsync<RedisException>(() => ReadAsync(new(new MemoryStream(Enumerable.Repeat((byte)'+', 1 << 20).ToArray()))));

    static Task<object?> ReadAsync(RespReader reader) => reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    /// <summary>Gives a few bytes at a time, as a network may.</summary>
    sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
