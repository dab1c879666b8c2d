using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Enumeration;
using Pharos.AspNetCore.Redaction;

namespace Pharos.AspNetCore.Errors;

/// <summary>Makes transactions of activities: the outermost in this process and all that ended inside it.</summary>
/// <remarks>
/// <para>The share is taken by trace id, so that all services with the same share report the same traces. A service that takes reports does not
/// report that it did.</para>
/// <para>Limits: 1 000 spans a transaction; what ends after its root is left out.</para>
/// </remarks>
sealed class TransactionCollector : IDisposable
{
    const int MaxSpans = 1_000;
    const string SpansProperty = "Pharos.Spans";

    readonly ErrorReporter reporter;
    readonly Redactor redactor;
    readonly double share;
    readonly ActivityListener listener;

    public TransactionCollector(ErrorReporter reporter, PharosOptions options, Redactor redactor)
    {
        (this.reporter, this.redactor, share) = (reporter, redactor, options.Errors.TracesSampleRate);
        string[] sources = [.. options.Tracing.Sources];
        listener = new ActivityListener
        {
            ShouldListenTo = source => sources.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, source.Name)),
            Sample = (ref ActivityCreationOptions<ActivityContext> creation) => IsSampled(creation.TraceId, share) ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = OnStopped,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public void Dispose() => listener.Dispose();

    /// <summary>Whether a trace belongs to the share: its random half as a number below it.</summary>
    internal static bool IsSampled(ActivityTraceId trace, double share)
    {
        Span<byte> bytes = stackalloc byte[16];
        trace.CopyTo(bytes);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) >> 11) * (1.0 / (1UL << 53)) < share;
    }

    void OnStopped(Activity activity)
    {
        if (!activity.IsAllDataRequested || !IsSampled(activity.TraceId, share)) return;
        var root = activity;
        while (root.Parent is { } parent) root = parent;
        if (root.TraceStateString == EnvelopeSender.NotToBeTraced) return;
        if (!ReferenceEquals(root, activity))
        {
            var spans = SpansOf(root);
            lock (spans)
            {
                if (spans.Count < MaxSpans) spans.Add(activity);
            }
            return;
        }
        if (activity.Kind is not (ActivityKind.Server or ActivityKind.Consumer)) return;
        Activity[] inside;
        var all = SpansOf(root);
        lock (all) inside = [.. all];
        reporter.ReportTransaction(() => Make(root, inside));
    }

    static List<Activity> SpansOf(Activity root)
    {
        lock (root)
        {
            if (root.GetCustomProperty(SpansProperty) is List<Activity> spans) return spans;
            spans = [];
            root.SetCustomProperty(SpansProperty, spans);
            return spans;
        }
    }

    TransactionReport Make(Activity root, Activity[] inside)
    {
        var method = root.GetTagItem("http.request.method") as string;
        var route = root.GetTagItem("http.route") as string;
        var name = (method, route) switch
        {
            (null, _) => root.DisplayName,
            (_, null) => $"{method} unmatched",
            _ => $"{method} {route}",
        };
        return new TransactionReport(name, route is not null, Span(root), [.. inside.Select(Span)]);
    }

    ReportedSpan Span(Activity activity)
    {
        var query = activity.GetTagItem("db.query.text") as string ?? activity.GetTagItem("db.statement") as string;
        var isDatabase = query is not null || activity.GetTagItem("db.system.name") is not null || activity.GetTagItem("db.system") is not null;
        var operation = activity.Kind == ActivityKind.Server ? "http.server" : isDatabase ? "db" : activity.GetTagItem("http.request.method") is not null ? "http.client" : "function";
        var description = query ?? (operation == "http.client" ? $"{activity.GetTagItem("http.request.method")} {activity.GetTagItem("url.full")}" : activity.DisplayName);
        var data = activity.TagObjects
            .Where(tag => tag.Value is not null)
            .Select(tag => KeyValuePair.Create(tag.Key, redactor.IsSensitive(tag.Key) ? Redactor.Mask : redactor.Scrub(Convert.ToString(tag.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "")))
            .DistinctBy(tag => tag.Key, StringComparer.Ordinal)
            .ToArray();
        var started = new DateTimeOffset(activity.StartTimeUtc);
        return new ReportedSpan(
            activity.TraceId.ToHexString(), activity.SpanId.ToHexString(), activity.ParentSpanId == default ? null : activity.ParentSpanId.ToHexString(),
            operation, redactor.Scrub(description), StatusOf(activity), started, started + activity.Duration, data);
    }

    static string StatusOf(Activity activity) => (activity.Status, activity.GetTagItem("http.response.status_code")) switch
    {
        (_, int and >= 500) => "internal_error",
        (_, 404) => "not_found",
        (_, 401) => "unauthenticated",
        (_, 403) => "permission_denied",
        (_, 429) => "resource_exhausted",
        (_, int and >= 400) => "invalid_argument",
        (ActivityStatusCode.Error, _) => "internal_error",
        _ => "ok",
    };
}
