using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Pharos.AspNetCore.Redaction;

namespace Pharos.AspNetCore.Logs;

/// <summary>What all lines of a provider share: encoded keys, bounds, and what becomes of the names of fields.</summary>
sealed class LineShape
{
    /// <summary>Names come from the code and are few; whoever makes them from data gets the work done each time.</summary>
    const int MaxKeptNames = 4_096;

    /// <summary>Said of a line that has reached its bound.</summary>
    public static readonly JsonEncodedText Truncated = JsonEncodedText.Encode("truncated");

    readonly ConcurrentDictionary<string, FieldName> names = new(StringComparer.Ordinal);
    readonly HashSet<string> reserved;
    readonly bool isSnakeCase;

    public LineShape(LogOptions options, Redactor redactor)
    {
        Redactor = redactor;
        MaxTextLength = options.MaxTextLength;
        MaxLineBytes = options.MaxLineBytes;
        IgnoredScopeKeys = options.IgnoredScopeKeys.ToHashSet(StringComparer.Ordinal);
        isSnakeCase = options.FieldNames == FieldNames.SnakeCase;
        var keys = options.Keys;
        Timestamp = Encode(keys.Timestamp);
        Level = Encode(keys.Level);
        Logger = Encode(keys.Logger);
        Message = Encode(keys.Message);
        RequestId = Encode(keys.RequestId);
        UserId = Encode(keys.UserId);
        TraceId = Encode(keys.TraceId);
        SpanId = Encode(keys.SpanId);
        Exception = Encode(keys.Exception);
        UserIdName = keys.UserId;
        RequestIdName = keys.RequestId;
        reserved = new HashSet<string>(
            [keys.Timestamp, keys.Level, keys.Logger, keys.Message, keys.TraceId, keys.SpanId, keys.Exception, "truncated", "scopes"], StringComparer.Ordinal);
    }

    public Redactor Redactor { get; }
    public int MaxTextLength { get; }
    public int MaxLineBytes { get; }
    public IReadOnlySet<string> IgnoredScopeKeys { get; }
    public JsonEncodedText? Timestamp { get; }
    public JsonEncodedText? Level { get; }
    public JsonEncodedText? Logger { get; }
    public JsonEncodedText? Message { get; }
    public JsonEncodedText? RequestId { get; }
    public JsonEncodedText? UserId { get; }
    public JsonEncodedText? TraceId { get; }
    public JsonEncodedText? SpanId { get; }
    public JsonEncodedText? Exception { get; }

    /// <summary>A field of this name takes the place of the request's user id.</summary>
    public string UserIdName { get; }

    /// <summary>A field of this name takes the place of the request's id.</summary>
    public string RequestIdName { get; }

    /// <summary>The JSON key of a placeholder or scope value, and whether its value is a secret.</summary>
    public FieldName NameOf(string written)
    {
        if (names.TryGetValue(written, out var name)) return name;
        name = Make(written);
        if (names.Count < MaxKeptNames) names.TryAdd(written, name);
        return name;
    }

    FieldName Make(string written)
    {
        // "@" and "$" are Serilog's marks for how to take the value apart, not part of the name.
        var key = written.TrimStart('@', '$');
        if (key.Length > 128) key = key[..128];
        if (isSnakeCase) key = JsonNamingPolicy.SnakeCaseLower.ConvertName(key);
        // The line's own keys keep their meaning: whoever reads "level" gets the level.
        if (key.Length == 0 || reserved.Contains(key)) key = "field_" + key;
        return new FieldName(key, Encode(key) ?? default, Redactor.IsSensitive(key));
    }

    static JsonEncodedText? Encode(string key) => key.Length == 0 ? null : JsonEncodedText.Encode(Encoding.UTF8.GetBytes(key), LogLine.Encoder);
}

/// <summary>A field's key, encoded once.</summary>
sealed record FieldName(string Key, JsonEncodedText Encoded, bool IsSensitive);
