using Microsoft.Extensions.Logging;

namespace Pharos.AspNetCore.Errors;

/// <summary>One error on its way out; <see cref="ErrorOptions.BeforeSend"/> may change all of it.</summary>
public sealed class ErrorReport
{
    /// <summary>32 hex digits.</summary>
    public string EventId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>When it happened.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Error or critical.</summary>
    public LogLevel Level { get; set; } = LogLevel.Error;

    /// <summary>Category of the logger that told it.</summary>
    public string? Logger { get; set; }

    /// <summary>The log message; null for an exception that nobody logged.</summary>
    public string? Message { get; set; }

    /// <summary>The message's template, by which like messages are grouped.</summary>
    public string? MessageTemplate { get; set; }

    /// <summary>Method and route template, such as <c>GET /orders/{id}</c>.</summary>
    public string? Transaction { get; set; }

    /// <summary>The exception and those inside it, the outermost last.</summary>
    public IList<ReportedException> Exceptions { get; } = [];

    /// <summary>The request that was being answered.</summary>
    public ReportedRequest? Request { get; set; }

    /// <summary>Id of the signed-in user.</summary>
    public string? UserId { get; set; }

    /// <summary>Name of the signed-in user; only with <see cref="ErrorOptions.SendDefaultPii"/>.</summary>
    public string? UserName { get; set; }

    /// <summary>Address of the client; only with <see cref="ErrorOptions.SendDefaultPii"/>.</summary>
    public string? UserIpAddress { get; set; }

    /// <summary>Short values to search by.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Further values, such as the fields of the log message.</summary>
    public IDictionary<string, string> Extra { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What was logged before, the oldest first.</summary>
    public IList<Breadcrumb> Breadcrumbs { get; } = [];

    /// <summary>Groups reports by what is written here; empty: as the server sees fit.</summary>
    public IList<string> Fingerprint { get; } = [];

    internal string? TraceId { get; init; }

    internal string? SpanId { get; init; }
}

/// <summary>One exception of a report.</summary>
public sealed class ReportedException
{
    /// <summary>Name of the type without its namespace.</summary>
    public required string Type { get; init; }

    /// <summary>Namespace of the type.</summary>
    public string? Module { get; init; }

    /// <summary>The message, with secrets masked.</summary>
    public string? Value { get; set; }

    /// <summary>The stack, the outermost call first.</summary>
    public IReadOnlyList<ReportedFrame> Frames { get; init; } = [];

    internal int Id { get; init; }

    internal int? ParentId { get; init; }

    internal string? Source { get; init; }

    internal bool IsGroup { get; init; }

    /// <summary>False when nothing in the application caught it. Of the outermost only.</summary>
    internal bool IsHandled { get; init; } = true;

    internal string Mechanism { get; init; } = "generic";
}

/// <summary>One call of a stack.</summary>
/// <param name="Function">Name of the method.</param>
/// <param name="Module">Full name of its type.</param>
/// <param name="Package">Its assembly.</param>
/// <param name="File">Its source file, when symbols are there.</param>
/// <param name="Line">Its line there, from 1; 0 when unknown.</param>
/// <param name="Column">Its column there, from 1; 0 when unknown.</param>
/// <param name="IsInApp">Whether it is the application's own.</param>
public sealed record ReportedFrame(string Function, string? Module, string? Package, string? File, int Line, int Column, bool IsInApp);

/// <summary>The request of a report.</summary>
public sealed class ReportedRequest
{
    /// <summary>Such as <c>GET</c>.</summary>
    public string? Method { get; set; }

    /// <summary>The address without its query.</summary>
    public string? Url { get; set; }

    /// <summary>The query without its question mark, with secrets masked.</summary>
    public string? QueryString { get; set; }

    /// <summary>Cookies; only with <see cref="ErrorOptions.SendDefaultPii"/>.</summary>
    public string? Cookies { get; set; }

    /// <summary>Headers, with secrets masked; without <see cref="ErrorOptions.SendDefaultPii"/> only those that cannot name a person.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>A log line that came before an error.</summary>
/// <param name="Timestamp">When it was logged.</param>
/// <param name="Level">Its level.</param>
/// <param name="Category">Its logger.</param>
/// <param name="Message">Its message, with secrets masked.</param>
public sealed record Breadcrumb(DateTimeOffset Timestamp, LogLevel Level, string Category, string Message);
