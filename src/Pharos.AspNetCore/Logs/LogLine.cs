using System.Buffers;
using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Redaction;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Logs;

/// <summary>One line while it is put together: fields are collected, then all is written as UTF-8.</summary>
/// <remarks>
/// <para>Each thread keeps one and uses it again, so that a line costs no allocation once the buffers have their size.</para>
/// <para>Later fields win over earlier ones of the same key: the message's own over those of scopes, inner scopes over outer.</para>
/// <para>Values are written by their type; objects of the application's own by their <c>ToString</c>, never by reflection.</para>
/// </remarks>
sealed class LogLine
{
    /// <summary>Leaves quotes of every language readable; control characters and broken surrogates are still escaped or replaced.</summary>
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    const int MaxFields = 128;

    const int MaxKeptBytes = 256 * 1024;

    [ThreadStatic] static LogLine? kept;

    readonly ArrayBufferWriter<byte> bytes = new(2_048);
    readonly Utf8JsonWriter json;
    readonly List<Field> fields = [];
    readonly List<string> plainScopes = [];
    char[] text = new char[512];
    int textLength;
    LineShape shape = null!;
    RequestLine? answered;

    LogLine() => json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = Encoder, SkipValidation = true });

    /// <summary>The finished line with its line feed; valid until <see cref="Return"/>.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.WrittenSpan;

    /// <summary>The request in whose scope the line is written.</summary>
    public RequestScope? Request { get; set; }

    /// <summary>Fields from here on are the message's own; those before came from scopes.</summary>
    public int FirstOwnField { get; private set; }

    public static LogLine Rent(LineShape shape)
    {
        // A value whose ToString logs finds none and gets a line of its own.
        var line = kept ?? new LogLine();
        kept = null;
        line.shape = shape;
        return line;
    }

    public void Return()
    {
        Reset();
        fields.Clear();
        plainScopes.Clear();
        Request = null;
        answered = null;
        textLength = 0;
        FirstOwnField = 0;
        if (bytes.Capacity <= MaxKeptBytes && text.Length <= MaxKeptBytes) kept = this;
    }

    public void AddScope(object? scope)
    {
        switch (scope)
        {
            case RequestScope request:
                Request = request;
                break;
            case IReadOnlyList<KeyValuePair<string, object?>> list:
                for (var at = 0; at < list.Count; at++) AddScopeValue(list[at]);
                break;
            case IEnumerable<KeyValuePair<string, object?>> pairs:
                foreach (var pair in pairs) AddScopeValue(pair);
                break;
            case null:
                break;
            default:
                if (plainScopes.Count < 16) plainScopes.Add(TextOf(scope));
                break;
        }
    }

    public void EndScopes() => FirstOwnField = fields.Count;

    /// <summary>Adds a field of the message. False for the template, which is no field.</summary>
    public bool Add(KeyValuePair<string, object?> pair)
    {
        if (pair.Key is "{OriginalFormat}") return false;
        if (fields.Count < MaxFields) fields.Add(new Field(shape.NameOf(pair.Key), pair.Key, pair.Value));
        return true;
    }

    void AddScopeValue(KeyValuePair<string, object?> pair)
    {
        if (pair.Key is not null && !shape.IgnoredScopeKeys.Contains(pair.Key)) Add(pair);
    }

    /// <summary>Renders the message from its template and the fields added last. False when that is the formatter's work.</summary>
    public bool TryRender(string template)
    {
        var parsed = MessageTemplate.Of(template);
        if (!parsed.IsSimple) return false;
        textLength = 0;
        var hole = 0;
        foreach (var segment in (List<MessageTemplate.Segment>)parsed.Segments)
        {
            if (textLength > shape.MaxTextLength) break;
            if (segment.Literal is { } literal)
            {
                AppendText(literal);
                continue;
            }
            // Placeholders are filled by place; the names are the same unless someone has made a state of its own.
            var at = FirstOwnField + hole++;
            if (at >= fields.Count || fields[at].Written != segment.Name) return false;
            if (fields[at].Name.IsSensitive && fields[at].Value is not null) AppendText(Redactor.Mask);
            else AppendValue(fields[at].Value, segment.Format);
        }
        return true;
    }

    /// <summary>Takes the line that every request makes, whose numbers need no boxes here.</summary>
    public void TakeRequest(in RequestLine request)
    {
        answered = request;
        AppendText(request.Method);
        AppendText(" ");
        AppendText(request.Endpoint);
        AppendText(" ");
        AppendFormatted(request.Status, null);
        AppendText(" in ");
        AppendFormatted(request.DurationMs, "F1");
        AppendText(" ms");
    }

    /// <summary>Takes a message that somebody else has rendered, without the values of secret fields.</summary>
    public void TakeMessage(string message)
    {
        for (var at = FirstOwnField; at < fields.Count; at++)
        {
            if (fields[at].Name.IsSensitive && fields[at].Value is { } secret) message = Redactor.Hide(message, TextOf(secret));
        }
        textLength = 0;
        AppendText(message);
    }

    public void Write(DateTimeOffset now, LogLevel level, JsonEncodedText logger, Exception? exception)
    {
        json.WriteStartObject();
        if (shape.Timestamp is { } timestamp)
        {
            Span<byte> moment = stackalloc byte[32];
            now.UtcDateTime.TryFormat(moment, out var length, "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
            json.WriteString(timestamp, moment[..length]);
        }
        if (shape.Level is { } levelKey) json.WriteString(levelKey, LevelName(level));
        if (shape.Logger is { } loggerKey) json.WriteString(loggerKey, logger);
        if (shape.Message is { } messageKey)
        {
            json.WritePropertyName(messageKey);
            WriteText(text.AsSpan(0, textLength), shape.MaxTextLength);
        }
        WriteContext();
        WriteFields();
        if (exception is not null && shape.Exception is { } exceptionKey)
        {
            json.WritePropertyName(exceptionKey);
            WriteText(ExceptionText.Of(exception, shape.MaxTextLength * 4), shape.MaxTextLength * 4 + 1);
        }
        json.WriteEndObject();
        json.Flush();
        bytes.GetSpan(1)[0] = (byte)'\n';
        bytes.Advance(1);
    }

    /// <summary>Forgets what was written, for a second try after a fault.</summary>
    public void Reset()
    {
        bytes.ResetWrittenCount();
        json.Reset();
    }

    void WriteContext()
    {
        var activity = Activity.Current;
        if ((Request ?? RequestScope.Of(activity)) is { } request)
        {
            if (shape.RequestId is { } requestKey && !HasField(shape.RequestIdName)) json.WriteString(requestKey, request.Id);
            if (shape.UserId is { } userKey && request.UserId is { } user && !HasField(shape.UserIdName)) json.WriteString(userKey, user);
        }
        if (activity is { IdFormat: ActivityIdFormat.W3C })
        {
            if (shape.TraceId is { } traceKey) json.WriteString(traceKey, activity.TraceId.ToHexString());
            if (shape.SpanId is { } spanKey) json.WriteString(spanKey, activity.SpanId.ToHexString());
        }
    }

    void WriteFields()
    {
        for (var at = 0; at < fields.Count; at++)
        {
            var (name, written, value) = fields[at];
            if (IsOverridden(at)) continue;
            if (json.BytesPending + json.BytesCommitted > shape.MaxLineBytes)
            {
                json.WriteBoolean(LineShape.Truncated, true);
                return;
            }
            json.WritePropertyName(name.Encoded);
            if (name.IsSensitive && value is not null) json.WriteStringValue(Redactor.Mask);
            else WriteValue(value, 0);
        }
        if (answered is { } request)
        {
            json.WriteString("method"u8, request.Method);
            json.WriteString("endpoint"u8, request.Endpoint);
            json.WriteNumber("status"u8, request.Status);
            json.WriteNumber("duration_ms"u8, request.DurationMs);
        }
        if (plainScopes.Count == 0) return;
        json.WriteStartArray("scopes");
        foreach (var scope in plainScopes) WriteText(scope, shape.MaxTextLength);
        json.WriteEndArray();
    }

    bool HasField(string key)
    {
        foreach (var field in fields)
        {
            if (field.Name.Key == key) return true;
        }
        return false;
    }

    bool IsOverridden(int at)
    {
        var key = fields[at].Name.Key;
        for (var later = at + 1; later < fields.Count; later++)
        {
            if (fields[later].Name.Key == key) return true;
        }
        return false;
    }

    void WriteValue(object? value, int depth)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string word: WriteText(word, shape.MaxTextLength); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case byte or sbyte or short or ushort: json.WriteNumberValue(((IConvertible)value).ToInt32(CultureInfo.InvariantCulture)); break;
            case uint number: json.WriteNumberValue(number); break;
            case ulong number: json.WriteNumberValue(number); break;
            case decimal number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case float number when float.IsFinite(number): json.WriteNumberValue(number); break;
            case DateTime moment: json.WriteStringValue(moment); break;
            case DateTimeOffset moment: json.WriteStringValue(moment); break;
            case DateOnly or TimeOnly: WriteFormatted(value, "O"); break;
            case Guid id: json.WriteStringValue(id); break;
            case byte[] blob: WriteText($"({blob.Length} bytes)", shape.MaxTextLength); break;
            case Exception exception: WriteText(ExceptionText.Of(exception, shape.MaxTextLength), shape.MaxTextLength + 1); break;
            case IFormattable: WriteFormatted(value, null); break;
            case IEnumerable many: NestedValues.Write(this, many, depth); break;
            default: WriteText(TextOf(value), shape.MaxTextLength); break;
        }
    }

    /// <summary>For <see cref="NestedValues"/>: the writer, and the room that is left.</summary>
    public Utf8JsonWriter Json => json;

    public bool IsFull => json.BytesPending + json.BytesCommitted > shape.MaxLineBytes;

    public void WriteNested(string? key, object? value, int depth)
    {
        if (key is not null)
        {
            var name = shape.NameOf(key);
            json.WritePropertyName(name.Encoded);
            if (name.IsSensitive && value is not null)
            {
                json.WriteStringValue(Redactor.Mask);
                return;
            }
        }
        WriteValue(value, depth);
    }

    void WriteFormatted(object value, string? format)
    {
        var begin = textLength;
        AppendValue(value, format);
        WriteText(text.AsSpan(begin, textLength - begin), shape.MaxTextLength);
        textLength = begin;
    }

    /// <summary>Writes a text with its secrets masked, cut where it is too long.</summary>
    void WriteText(ReadOnlySpan<char> value, int maxLength)
    {
        var isCut = value.Length > maxLength;
        if (isCut) value = value[..(char.IsHighSurrogate(value[maxLength - 1]) ? maxLength - 1 : maxLength)];
        if (!isCut && !shape.Redactor.TryFindSecret(value, 0, out _, out _))
        {
            json.WriteStringValue(value);
            return;
        }
        var scrubbed = shape.Redactor.Scrub(value.ToString());
        json.WriteStringValue(isCut ? scrubbed + "…" : scrubbed);
    }

    void AppendValue(object? value, string? format)
    {
        switch (value)
        {
            case null: AppendText("(null)"); break;
            case string word: AppendText(word); break;
            case ISpanFormattable formattable: AppendFormatted(formattable, format); break;
            case IFormattable formattable: AppendText(Guarded(formattable, format)); break;
            case IEnumerable many: NestedValues.Append(many, this, (line, item) => line.AppendText(item), TextOf); break;
            default: AppendText(TextOf(value)); break;
        }
    }

    void AppendFormatted<T>(T value, string? format) where T : ISpanFormattable
    {
        try
        {
            int written;
            while (!value.TryFormat(text.AsSpan(textLength), out written, format, CultureInfo.InvariantCulture))
            {
                if (text.Length - textLength > shape.MaxTextLength) return;
                Array.Resize(ref text, text.Length * 2);
            }
            textLength += written;
        }
        catch (Exception fault)
        {
            AppendText($"({value.GetType()} threw {fault.GetType()})");
        }
    }

    void AppendText(ReadOnlySpan<char> more)
    {
        // One more than is shown, so that the cut is seen.
        if (more.Length > shape.MaxTextLength + 1) more = more[..(shape.MaxTextLength + 1)];
        if (textLength + more.Length > text.Length) Array.Resize(ref text, Math.Max(text.Length * 2, textLength + more.Length));
        more.CopyTo(text.AsSpan(textLength));
        textLength += more.Length;
    }

    static string Guarded(IFormattable value, string? format)
    {
        try
        {
            return value.ToString(format, CultureInfo.InvariantCulture) ?? "";
        }
        catch (Exception fault)
        {
            return $"({value.GetType()} threw {fault.GetType()})";
        }
    }

    static string TextOf(object? value)
    {
        try
        {
            return value?.ToString() ?? "(null)";
        }
        catch (Exception fault)
        {
            return $"({value!.GetType()} threw {fault.GetType()})";
        }
    }

    static ReadOnlySpan<byte> LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE"u8,
        LogLevel.Debug => "DEBUG"u8,
        LogLevel.Information => "INFO"u8,
        LogLevel.Warning => "WARNING"u8,
        LogLevel.Error => "ERROR"u8,
        _ => "CRITICAL"u8,
    };

    readonly record struct Field(FieldName Name, string Written, object? Value);
}
