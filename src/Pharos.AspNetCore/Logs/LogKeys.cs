using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Logs;

/// <summary>The JSON keys of what every line may have: section <c>Pharos:Logs:Keys</c>. An empty name leaves that value out.</summary>
public sealed class LogKeys
{
    /// <summary>UTC with microseconds: <c>2026-01-31T12:00:00.123456Z</c>.</summary>
    public string Timestamp { get; set; } = "timestamp";

    /// <summary><c>TRACE</c>, <c>DEBUG</c>, <c>INFO</c>, <c>WARNING</c>, <c>ERROR</c> or <c>CRITICAL</c>.</summary>
    public string Level { get; set; } = "level";

    /// <summary>The logger's category.</summary>
    public string Logger { get; set; } = "logger";

    /// <summary>The rendered message.</summary>
    public string Message { get; set; } = "message";

    /// <summary>The request's id, inside a request.</summary>
    public string RequestId { get; set; } = "request_id";

    /// <summary>Id of the signed-in user, inside a request.</summary>
    public string UserId { get; set; } = "user_id";

    /// <summary>32 hex digits, when a trace is under way.</summary>
    public string TraceId { get; set; } = "trace_id";

    /// <summary>16 hex digits, when a trace is under way.</summary>
    public string SpanId { get; set; } = "span_id";

    /// <summary>Type, message and stack of the exception and of those inside it.</summary>
    public string Exception { get; set; } = "exception";

    internal void Read(SettingsSection section)
    {
        Timestamp = section.Text(nameof(Timestamp), Timestamp);
        Level = section.Text(nameof(Level), Level);
        Logger = section.Text(nameof(Logger), Logger);
        Message = section.Text(nameof(Message), Message);
        RequestId = section.Text(nameof(RequestId), RequestId);
        UserId = section.Text(nameof(UserId), UserId);
        TraceId = section.Text(nameof(TraceId), TraceId);
        SpanId = section.Text(nameof(SpanId), SpanId);
        Exception = section.Text(nameof(Exception), Exception);
    }
}
