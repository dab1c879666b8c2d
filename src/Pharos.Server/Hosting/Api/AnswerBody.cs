using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Pharos.Server.Hosting.Api;

/// <summary>The body of an answer, written in pieces: the caller writes, and flushes when <see cref="WantsFlush"/> says so.</summary>
/// <remarks>
/// <para>Limits: about <see cref="FlushBytes"/> are held before <see cref="FlushAsync"/> waits for the client, so a slow client costs this and what the
/// caller still keeps. Nothing is sent before the first flush: until then the status can still become an error (<see cref="Discard"/>).</para>
/// <para>Answers of more than <see cref="MinCompressedBytes"/> are compressed when the client takes gzip.</para>
/// <para>Errors: <see cref="FlushAsync"/> throws <see cref="OperationCanceledException"/> when the client is gone. Threads: one writer.</para>
/// </remarks>
sealed class AnswerBody(HttpContext context) : IBufferWriter<byte>, IAsyncDisposable
{
    public const int FlushBytes = 64 << 10;
    const int MinCompressedBytes = 1_400; // Below one packet compression wins nothing.

    static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // Served as application/json with nosniff: HTML escapes would only cost bytes.

    byte[] buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
    int used;
    GZipStream? compressed;

    public bool WantsFlush => used >= FlushBytes;

    /// <summary>At least that many bytes to write into; tell what was written by <see cref="Advance"/>.</summary>
    public Span<byte> Room(int bytes)
    {
        if (buffer.Length - used < bytes) Grow(bytes);
        return buffer.AsSpan(used);
    }

    public void Advance(int count) => used += count;

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => Room(Math.Max(1, sizeHint));

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Room(Math.Max(1, sizeHint));
        return buffer.AsMemory(used);
    }

    public void Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        used += text.Length;
    }

    /// <summary>A string with quotes and escapes.</summary>
    public void String(string text)
    {
        Raw("\""u8);
        Raw(JsonEncodedText.Encode(text, Encoder).EncodedUtf8Bytes);
        Raw("\""u8);
    }

    public void Number(long number)
    {
        Utf8Formatter.TryFormat(number, Room(24), out var length);
        used += length;
    }

    /// <summary>A double as a JSON number in its shortest form.</summary>
    public void Number(double number)
    {
        number.TryFormat(Room(40), out var length, default, CultureInfo.InvariantCulture);
        used += length;
    }

    /// <summary>A sample value in quotes.</summary>
    public void QuotedValue(double value)
    {
        var to = Room(SampleText.MaxValueLength + 2);
        to[0] = (byte)'"';
        var length = SampleText.WriteValue(to[1..], value);
        to[length + 1] = (byte)'"';
        used += length + 2;
    }

    public void Time(long timeMs) => used += SampleText.WriteTime(Room(SampleText.MaxTimeLength), timeMs);

    /// <summary>A writer for answers that are not the bulk; flush it before writing here again.</summary>
    public Utf8JsonWriter Structured() => new(this, new JsonWriterOptions { Encoder = Encoder, SkipValidation = true });

    /// <summary>Forgets what was written, to answer something else. False when a part of it is with the client already.</summary>
    public bool Discard()
    {
        used = 0;
        return !context.Response.HasStarted;
    }

    public async ValueTask FlushAsync()
    {
        if (compressed is null && !context.Response.HasStarted) ChooseCoding(isWhole: false);
        await SendAsync();
    }

    /// <summary>Sends the rest and ends the body.</summary>
    public async ValueTask CompleteAsync()
    {
        if (compressed is null && !context.Response.HasStarted) ChooseCoding(isWhole: true);
        await SendAsync();
        if (compressed is null) return;
        await compressed.DisposeAsync();
        compressed = null;
    }

    public async ValueTask DisposeAsync()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        if (compressed is null) return;
        context.Abort(); // Only a broken-off answer comes here; its client must not take it for a whole one.
        compressed = null;
    }

    async ValueTask SendAsync()
    {
        if (used > 0)
        {
            var piece = buffer.AsMemory(0, used);
            used = 0;
            if (compressed is not null) await compressed.WriteAsync(piece, context.RequestAborted);
            else await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
        context.RequestAborted.ThrowIfCancellationRequested();
    }

    void ChooseCoding(bool isWhole)
    {
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (used >= MinCompressedBytes && TakesGzip(context.Request))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            compressed = new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
        }
        else if (isWhole)
        {
            context.Response.ContentLength = used;
        }
    }

    static bool TakesGzip(HttpRequest request)
    {
        foreach (var coding in request.GetTypedHeaders().AcceptEncoding)
        {
            if (coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)) return coding.Quality is not 0;
        }
        return false;
    }

    void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(used + bytes, buffer.Length * 2));
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
