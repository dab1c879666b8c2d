namespace Pharos.AspNetCore.Errors;

/// <summary>One answered request, with the spans inside it.</summary>
sealed record TransactionReport(string Name, bool IsRoute, ReportedSpan Root, IReadOnlyList<ReportedSpan> Spans);

/// <summary>One span as the protocol has it.</summary>
sealed record ReportedSpan(
    string TraceId, string SpanId, string? ParentSpanId, string Operation, string Description, string Status, DateTimeOffset StartedAt, DateTimeOffset EndedAt,
    IReadOnlyList<KeyValuePair<string, string>> Data);
