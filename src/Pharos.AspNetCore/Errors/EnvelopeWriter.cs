using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Logs;

namespace Pharos.AspNetCore.Errors;

/// <summary>Writes envelopes: a header line, then for each item a header line with its length and its payload.</summary>
/// <remarks>Source: develop.sentry.dev, envelopes and event payloads.</remarks>
sealed class EnvelopeWriter(Dsn dsn, ErrorOptions options, PharosOptions service, TimeProvider time)
{
    static readonly string SdkVersion = typeof(EnvelopeWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    readonly string release = options.Release ?? service.ServiceVersion;
    readonly string environment = options.Environment ?? service.Environment;

    public byte[] Event(ErrorReport report)
    {
        var payload = Payload(json =>
        {
            WriteCommon(json, report.EventId, report.Timestamp);
            json.WriteString("level", LevelName(report.Level));
            WriteOptional(json, "logger", report.Logger);
            WriteOptional(json, "transaction", report.Transaction);
            if (report.Message is { } message)
            {
                json.WriteStartObject("logentry");
                json.WriteString("formatted", message);
                WriteOptional(json, "message", report.MessageTemplate);
                json.WriteEndObject();
            }
            WriteExceptions(json, report.Exceptions);
            WriteRequest(json, report.Request);
            WriteUser(json, report);
            WritePairs(json, "tags", report.Tags);
            WritePairs(json, "extra", report.Extra);
            WriteBreadcrumbs(json, report.Breadcrumbs);
            if (report.Fingerprint.Count > 0)
            {
                json.WriteStartArray("fingerprint");
                foreach (var part in report.Fingerprint) json.WriteStringValue(part);
                json.WriteEndArray();
            }
            json.WriteStartObject("contexts");
            WriteMachine(json);
            if (report.TraceId is { } trace)
            {
                json.WriteStartObject("trace");
                json.WriteString("trace_id", trace);
                json.WriteString("span_id", report.SpanId);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        });
        return Envelope(report.EventId, "event", payload);
    }

    public byte[] Transaction(TransactionReport transaction)
    {
        var id = Guid.NewGuid().ToString("N");
        var payload = Payload(json =>
        {
            WriteCommon(json, id, transaction.Root.EndedAt);
            json.WriteString("type", "transaction");
            json.WriteString("transaction", transaction.Name);
            json.WriteStartObject("transaction_info");
            json.WriteString("source", transaction.IsRoute ? "route" : "custom");
            json.WriteEndObject();
            json.WriteNumber("start_timestamp", Seconds(transaction.Root.StartedAt));
            WritePairs(json, "tags", options.Tags);
            json.WriteStartArray("spans");
            foreach (var span in transaction.Spans)
            {
                json.WriteStartObject();
                WriteSpan(json, span);
                json.WriteString("description", span.Description);
                json.WriteNumber("start_timestamp", Seconds(span.StartedAt));
                json.WriteNumber("timestamp", Seconds(span.EndedAt));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("contexts");
            WriteMachine(json);
            json.WriteStartObject("trace");
            WriteSpan(json, transaction.Root);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        return Envelope(id, "transaction", payload);
    }

    /// <summary>Tells the server what never reached it, so that its counts can be trusted.</summary>
    public byte[] Losses(IReadOnlyDictionary<(string Reason, string Category), long> losses)
    {
        var payload = Payload(json =>
        {
            json.WriteNumber("timestamp", Seconds(time.GetUtcNow()));
            json.WriteStartArray("discarded_events");
            foreach (var ((reason, category), count) in losses)
            {
                json.WriteStartObject();
                json.WriteString("reason", reason);
                json.WriteString("category", category);
                json.WriteNumber("quantity", count);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        return Envelope(null, "client_report", payload);
    }

    byte[] Envelope(string? eventId, string type, ReadOnlyMemory<byte> payload)
    {
        var header = Payload(json =>
        {
            WriteOptional(json, "event_id", eventId);
            json.WriteString("sent_at", Rfc3339(time.GetUtcNow()));
            json.WriteString("dsn", dsn.Text);
            WriteSdk(json);
        });
        var item = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"{type}\",\"content_type\":\"application/json\",\"length\":{payload.Length}}}"));
        return [.. header.Span, (byte)'\n', .. item, (byte)'\n', .. payload.Span, (byte)'\n'];
    }

    void WriteCommon(Utf8JsonWriter json, string id, DateTimeOffset at)
    {
        json.WriteString("event_id", id);
        json.WriteNumber("timestamp", Seconds(at));
        json.WriteString("platform", "csharp");
        json.WriteString("server_name", options.ServerName);
        json.WriteString("release", release);
        json.WriteString("environment", environment);
        WriteSdk(json);
    }

    static void WriteSdk(Utf8JsonWriter json)
    {
        json.WriteStartObject("sdk");
        json.WriteString("name", "pharos.aspnetcore");
        json.WriteString("version", SdkVersion);
        json.WriteEndObject();
    }

    static void WriteExceptions(Utf8JsonWriter json, IList<ReportedException> exceptions)
    {
        if (exceptions.Count == 0) return;
        json.WriteStartObject("exception");
        json.WriteStartArray("values");
        foreach (var exception in exceptions)
        {
            json.WriteStartObject();
            json.WriteString("type", exception.Type);
            WriteOptional(json, "module", exception.Module);
            WriteOptional(json, "value", exception.Value);
            WriteStack(json, exception.Frames);
            WriteMechanism(json, exception);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteMechanism(Utf8JsonWriter json, ReportedException exception)
    {
        json.WriteStartObject("mechanism");
        json.WriteString("type", exception.Mechanism);
        json.WriteBoolean("handled", exception.IsHandled);
        json.WriteNumber("exception_id", exception.Id);
        if (exception.ParentId is { } parent) json.WriteNumber("parent_id", parent);
        WriteOptional(json, "source", exception.Source);
        if (exception.IsGroup) json.WriteBoolean("is_exception_group", true);
        json.WriteEndObject();
    }

    static void WriteStack(Utf8JsonWriter json, IReadOnlyList<ReportedFrame> frames)
    {
        if (frames.Count == 0) return;
        json.WriteStartObject("stacktrace");
        json.WriteStartArray("frames");
        foreach (var frame in frames)
        {
            json.WriteStartObject();
            json.WriteString("function", frame.Function);
            WriteOptional(json, "module", frame.Module);
            WriteOptional(json, "package", frame.Package);
            if (frame.File is { Length: > 0 } file)
            {
                json.WriteString("filename", file[(file.LastIndexOfAny(['/', '\\']) + 1)..]);
                json.WriteString("abs_path", file);
            }
            if (frame.Line > 0) json.WriteNumber("lineno", frame.Line);
            if (frame.Column > 0) json.WriteNumber("colno", frame.Column);
            json.WriteBoolean("in_app", frame.IsInApp);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteRequest(Utf8JsonWriter json, ReportedRequest? request)
    {
        if (request is null) return;
        json.WriteStartObject("request");
        WriteOptional(json, "method", request.Method);
        WriteOptional(json, "url", request.Url);
        WriteOptional(json, "query_string", request.QueryString);
        WriteOptional(json, "cookies", request.Cookies);
        WritePairs(json, "headers", request.Headers);
        json.WriteEndObject();
    }

    static void WriteUser(Utf8JsonWriter json, ErrorReport report)
    {
        if (report is { UserId: null, UserName: null, UserIpAddress: null }) return;
        json.WriteStartObject("user");
        WriteOptional(json, "id", report.UserId);
        WriteOptional(json, "username", report.UserName);
        WriteOptional(json, "ip_address", report.UserIpAddress);
        json.WriteEndObject();
    }

    static void WriteBreadcrumbs(Utf8JsonWriter json, IList<Breadcrumb> crumbs)
    {
        if (crumbs.Count == 0) return;
        json.WriteStartObject("breadcrumbs");
        json.WriteStartArray("values");
        foreach (var crumb in crumbs)
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp", Seconds(crumb.Timestamp));
            json.WriteString("type", "default");
            json.WriteString("level", LevelName(crumb.Level));
            json.WriteString("category", crumb.Category);
            json.WriteString("message", crumb.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteSpan(Utf8JsonWriter json, ReportedSpan span)
    {
        json.WriteString("trace_id", span.TraceId);
        json.WriteString("span_id", span.SpanId);
        WriteOptional(json, "parent_span_id", span.ParentSpanId);
        json.WriteString("op", span.Operation);
        json.WriteString("status", span.Status);
        json.WriteString("origin", "auto");
        WritePairs(json, "data", span.Data);
    }

    static void WriteMachine(Utf8JsonWriter json)
    {
        json.WriteStartObject("runtime");
        json.WriteString("name", ".NET");
        json.WriteString("version", System.Environment.Version.ToString());
        json.WriteEndObject();
        json.WriteStartObject("os");
        json.WriteString("name", OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : "Linux");
        json.WriteString("raw_description", RuntimeInformation.OSDescription);
        json.WriteEndObject();
    }

    static void WritePairs(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in pairs) json.WriteString(key, value);
        json.WriteEndObject();
    }

    static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    static ReadOnlyMemory<byte> Payload(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(4_096);
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = LogLine.Encoder });
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1_000.0;

    static string Rfc3339(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Critical => "fatal",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
