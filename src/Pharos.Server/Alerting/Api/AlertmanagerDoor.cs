using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Doors;
using Pharos.Server.State;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Api;

/// <summary>What all handlers of Alertmanager's API v2 share: parameters, the form of answers and of refusals.</summary>
sealed class AlertmanagerDoor(ApiDoor door)
{
    /// <summary>A silence, the largest thing of one piece that is posted, has at most a thousand matchers.</summary>
    const int MaxBodyBytes = 4 << 20;

    const long MaxBodyBytesInWork = 64L << 20;

    const string Moment = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Answers are written piece by piece in parts of this size.</summary>
    const int FlushBytes = 1 << 16;

    readonly BytesInWork inWork = new(MaxBodyBytesInWork);

    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }; // Sent as JSON, never into a page.

    public void MapRead(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task> answer) => routes.MapMethods(path, ["GET", "OPTIONS"], context =>
    {
        door.AllowOrigin(context);
        if (!HttpMethods.IsOptions(context.Request.Method)) return AnswerAsync(context, answer);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });

    public void MapChange(IEndpointRouteBuilder routes, string method, string path, Func<HttpContext, Task> answer) =>
        routes.MapMethods(path, [method], context => AnswerAsync(context, answer));

    /// <summary>Writes one JSON value of any size.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter((IBufferWriter<byte>)context.Response.BodyWriter, Readable);
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }

    /// <summary>Writes a list of any length; a slow client is waited for, but not for ever.</summary>
    public async Task WriteListAsync<T>(HttpContext context, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        context.Response.ContentType = "application/json";
        using var deadline = new AnswerDeadline(context, door.Limits);
        await using var json = new Utf8JsonWriter((IBufferWriter<byte>)context.Response.BodyWriter, Readable);
        json.WriteStartArray();
        foreach (var item in items)
        {
            write(json, item);
            if (json.BytesPending < FlushBytes) continue;
            json.Flush();
            await FlushAsync();
        }
        json.WriteEndArray();
        json.Flush();
        await FlushAsync();

        async ValueTask FlushAsync() => await deadline.WaitAsync(context.Response.Body.FlushAsync(context.RequestAborted));
    }

    public static bool Bool(HttpContext context, string name)
    {
        var text = context.Request.Query[name].ToString();
        return text.ToLowerInvariant() switch
        {
            "" or "true" or "1" or "t" or "yes" or "on" or "y" or "ok" or "checked" or "selected" or "enabled" => true,
            "false" or "0" or "f" or "no" or "off" or "n" => false,
            _ => throw ApiRefusalException.Bad($"{name} must be true or false, not {GoText.Quote(text)}"),
        };
    }

    public static IReadOnlyList<LabelMatcher> Matchers(HttpContext context, string name)
    {
        var matchers = new List<LabelMatcher>();
        foreach (var text in context.Request.Query[name].OfType<string>())
        {
            try
            {
                matchers.Add(MatcherParser.ParseOne(text));
            }
            catch (MatcherSyntaxException error)
            {
                throw ApiRefusalException.Bad($"bad matcher format: {error.Message}");
            }
        }
        return matchers;
    }

    public static Re2? Pattern(HttpContext context, string name)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0) return null;
        try
        {
            return Re2.CompileAnchored(text);
        }
        catch (Re2SyntaxException error)
        {
            throw ApiRefusalException.Bad($"failed to parse {name} param: {error.Message}");
        }
    }

    /// <summary>Reads a body of any length; what reads it gets the token that ends it when it does not come in time.</summary>
    public Task<T> ReadBodyAsync<T>(HttpContext context, Func<CancellationToken, Task<T>> read) => door.Limits.ReadBodyAsync(context, read);

    public async Task<JsonDocument> BodyAsync(HttpContext context)
    {
        using var body = await ReceivedBody.ReadAsync(context, MaxBodyBytes, inWork, door.Limits);
        try
        {
            return JsonDocument.Parse(body.Bytes.ToArray()); // A copy: the document reads from it as long as it lives.
        }
        catch (JsonException error)
        {
            throw ApiRefusalException.Bad($"the body is no JSON: {error.Message}");
        }
    }

    public static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString(Moment, CultureInfo.InvariantCulture);

    /// <summary>Null when the field is absent, or Go's zero time.</summary>
    public static long? Time(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text)
        {
            if (text.Length == 0) return null;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time.Year <= 1 ? null : time.ToUnixTimeMilliseconds();
        }
        throw ApiRefusalException.Bad($"{name}: {Short(value)} is no time; write one such as \"2026-01-31T15:00:00Z\"");
    }

    public static string Text(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return "";
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw ApiRefusalException.Bad($"{name}: {Short(value)} is no text");
    }

    /// <summary>Labels with empty values left out. Names may be any text.</summary>
    public static LabelSet Labels(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return LabelSet.Empty;
        if (value.ValueKind != JsonValueKind.Object) throw ApiRefusalException.Bad($"{name}: {Short(value)} is no object of texts");
        var labels = new List<Label>();
        foreach (var label in value.EnumerateObject())
        {
            if (label.Value.ValueKind != JsonValueKind.String) throw ApiRefusalException.Bad($"{name}.{label.Name}: {Short(label.Value)} is no text");
            labels.Add(new(label.Name, label.Value.GetString()!));
        }
        return LabelSet.From(labels);
    }

    static string Short(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 60 ? text : $"{text[..57]}...";
    }

    async Task AnswerAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context);
        }
        catch (ApiRefusalException refusal)
        {
            await RefuseAsync(context, refusal.Status, refusal.Message);
        }
        catch (BadHttpRequestException error)
        {
            await RefuseAsync(context, error.StatusCode, error.Message);
        }
        catch (NotKeptException error)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, error.Message); // Those who post come again.
        }
        catch (IOException error) when (!context.RequestAborted.IsCancellationRequested)
        {
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, door.TellLog(context, error));
        }
    }

    static Task RefuseAsync(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort(); // Half an answer must not look like a whole one.
            return Task.CompletedTask;
        }
        context.Response.StatusCode = status;
        return WriteAsync(context, json => json.WriteStringValue(message));
    }
}
