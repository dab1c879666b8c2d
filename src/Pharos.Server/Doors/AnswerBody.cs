using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pharos.Server.Text;

namespace Pharos.Server.Doors;

/// <summary>The body of an answer, written in pieces: the caller writes, and flushes when <see cref="WantsFlush"/> says so.</summary>
/// <remarks>
/// <para>Limits: about <see cref="FlushBytes"/> are held before <see cref="FlushAsync"/> waits for the client, so a slow client costs this and what the
/// caller still keeps. Nothing is sent before the first flush: until then the status can still become an error (<see cref="Discard"/>).</para>
/// <para>Errors: <see cref="FlushAsync"/> throws <see cref="OperationCanceledException"/> when the client is gone, or
/// did not take the answer in time (<see cref="AnswerDeadline"/>). Threads: one writer.</para>
/// </remarks>
sealed class AnswerBody(HttpContext context, DoorLimits limits) : IBufferWriter<byte>, IDisposable
{
    public const int FlushBytes = 64 << 10;

    const int FirstBytes = 16 << 10;

    static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // Served as application/json with nosniff: HTML escapes would only cost bytes.

    readonly AnswerDeadline deadline = new(context, limits);
    byte[] buffer = []; // Many doors answer without.
    int used;
    bool isBegun;
    bool isComplete;

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
        isBegun = true;
        if (used > 0) await deadline.WaitAsync(context.Response.Body.WriteAsync(buffer.AsMemory(0, used), context.RequestAborted));
        used = 0;
        context.RequestAborted.ThrowIfCancellationRequested();
    }

    /// <summary>Sends what there is, of an answer that goes on as long as its client listens: each part has its own time.</summary>
    public async ValueTask FlushPartAsync()
    {
        await FlushAsync();
        deadline.Restart();
    }

    /// <summary>Sends the rest.</summary>
    public async ValueTask CompleteAsync()
    {
        if (!context.Response.HasStarted) context.Response.ContentLength = used;
        await FlushAsync();
        isComplete = true;
    }

    public void Dispose()
    {
        deadline.Dispose();
        GiveBack();
        buffer = [];
        if (isBegun && !isComplete) context.Abort(); // No client must take a part for the whole.
    }

    void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(FirstBytes, used + bytes), buffer.Length * 2));
        buffer.AsSpan(0, used).CopyTo(larger);
        GiveBack();
        buffer = larger;
    }

    void GiveBack()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }
}
