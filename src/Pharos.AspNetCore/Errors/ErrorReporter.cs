using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.AspNetCore.Redaction;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Errors;

/// <summary>Makes reports of errors and hands them to the sender.</summary>
/// <remarks>
/// <para>What belongs to the request is copied on the caller's thread, since the request ends; stacks are read, secrets masked and bytes made on the sender's.</para>
/// <para>An exception is reported once, however often it is logged and caught on its way out.</para>
/// </remarks>
sealed partial class ErrorReporter : IHostedLifecycleService, IAsyncDisposable
{
    const int MaxFields = 64;

    /// <summary>A report of more than a megabyte is refused by the server as a whole.</summary>
    const int MaxTextLength = 8_192;

    /// <summary>There are a hundred of them, and they are kept for as long as their request lasts.</summary>
    const int MaxBreadcrumbLength = 2_048;

    static readonly object Mark = new();

    readonly ErrorOptions options;
    readonly Redactor redactor;
    readonly TimeProvider time;
    readonly IServiceProvider services;
    readonly EnvelopeWriter writer;
    readonly EnvelopeSender sender;
    readonly ExceptionReader exceptions;
    readonly RequestReader requests;
    readonly ConditionalWeakTable<Exception, object> reported = [];
    readonly BreadcrumbTrail outside;
    ILogger logger = NullLogger.Instance;
    bool hasFlushed;

    public ErrorReporter(Dsn dsn, PharosOptions service, Redactor redactor, TimeProvider time, IMeterFactory meters, IServiceProvider services)
    {
        (options, this.redactor, this.time, this.services) = (service.Errors, redactor, time, services);
        writer = new EnvelopeWriter(dsn, options, service, time);
        sender = new EnvelopeSender(dsn, writer, options.QueueLength, time, meters, () => logger);
        exceptions = new ExceptionReader(new StackReader(options), redactor);
        requests = new RequestReader(options, redactor);
        outside = new BreadcrumbTrail(options.MaxBreadcrumbs, null);
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    public EnvelopeSender Sender => sender;

    /// <summary>Keeps a log line whose secrets are masked already.</summary>
    public void Leave(Breadcrumb crumb) => (BreadcrumbTrail.Current ?? outside).Add(crumb with { Message = ShortText.Cut(crumb.Message, MaxBreadcrumbLength) });

    /// <summary>Reports an exception that nothing in the application has caught.</summary>
    public void ReportUnhandled(Exception exception, string mechanism, LogLevel level = LogLevel.Error) => Report(exception, mechanism, isHandled: false, Draft(level));

    /// <summary>Reports an exception that a handler has made an answer of.</summary>
    public void ReportHandled(Exception exception, string mechanism) => Report(exception, mechanism, isHandled: true, Draft(LogLevel.Error));

    /// <summary>What may be told of a log message: cut, without the values of its secret fields and without those that stand in it by name.</summary>
    public string Clean(string message, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        for (var at = 0; at < fields.Count; at++)
        {
            var (key, value) = fields[at];
            if (value is not null && key is not "{OriginalFormat}" && redactor.IsSensitive(key)) message = Redactor.Hide(message, TextOf(value));
        }
        return redactor.Scrub(ShortText.Cut(message, MaxTextLength));
    }

    /// <summary>Reports what was logged as an error.</summary>
    /// <param name="message">What <see cref="Clean"/> made of it.</param>
    public void ReportLogged(LogLevel level, string category, string message, string? template, Exception? exception, IEnumerable<KeyValuePair<string, object?>> fields, bool isHandled)
    {
        var report = Draft(level);
        (report.Logger, report.Message, report.MessageTemplate) = (category, message, template is null ? null : ShortText.Cut(template, MaxTextLength));
        foreach (var (key, value) in fields)
        {
            if (key is not "{OriginalFormat}" && report.Extra.Count < MaxFields) report.Extra[key] = redactor.IsSensitive(key) ? Redactor.Mask : redactor.Scrub(ShortText.Cut(TextOf(value), MaxTextLength));
        }
        Report(exception, "logging", isHandled, report);
    }

    public void ReportTransaction(Func<TransactionReport> make) => sender.TrySend("transaction", () => writer.Transaction(make()));

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Not earlier: loggers are made with this as one of their providers.
        logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(EnvelopeSender.LoggerName);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the last request, so that its report goes out too.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        hasFlushed = true;
        return sender.FlushAsync(options.ShutdownTimeout);
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        // A host that is disposed without having been stopped has reports left too.
        if (!hasFlushed) await StoppedAsync(CancellationToken.None);
        await sender.DisposeAsync();
    }

    ErrorReport Draft(LogLevel level)
    {
        var activity = Activity.Current;
        var isTraced = activity is { IdFormat: ActivityIdFormat.W3C };
        var report = new ErrorReport
        {
            Timestamp = time.GetUtcNow(),
            Level = level,
            TraceId = isTraced ? activity!.TraceId.ToHexString() : null,
            SpanId = isTraced ? activity!.SpanId.ToHexString() : null,
        };
        var trail = BreadcrumbTrail.Current ?? outside;
        foreach (var crumb in trail.All()) report.Breadcrumbs.Add(crumb);
        foreach (var (name, value) in options.Tags) report.Tags[name] = value;
        if ((RequestScope.Current ?? RequestScope.Of(activity)) is { } scope) report.Tags["request_id"] = scope.Id;
        if (trail.Request is { } context) requests.Read(context, report);
        return report;
    }

    void Report(Exception? exception, string mechanism, bool isHandled, ErrorReport report)
    {
        if (exception is not null && !IsFirst(exception)) return;
        if (options.SampleRate < 1 && Random.Shared.NextDouble() >= options.SampleRate)
        {
            sender.Lose("sample_rate", "error");
            return;
        }
        sender.TrySend("error", () => Finish(exception, mechanism, isHandled, report));
    }

    /// <summary>Whether this one is in no report yet, be it by itself or inside another. One that wraps a reported one is new: it says more.</summary>
    bool IsFirst(Exception exception)
    {
        var isFirst = true;
        var at = exception;
        for (var depth = 0; at is not null && depth < 16; depth++, at = at.InnerException)
        {
            if (!reported.TryAdd(at, Mark) && depth == 0) isFirst = false;
        }
        return isFirst;
    }

    byte[]? Finish(Exception? exception, string mechanism, bool isHandled, ErrorReport report)
    {
        if (exception is not null)
        {
            foreach (var read in exceptions.Read(exception, isHandled, mechanism)) report.Exceptions.Add(read);
        }
        if (options.BeforeSend is not { } hook) return writer.Event(report);
        try
        {
            if (hook(report) is { } passed) return writer.Event(passed);
        }
        catch (Exception fault)
        {
            HookFailed(logger, fault);
        }
        sender.Lose("before_send", "error");
        return null;
    }

    void OnUnhandled(object sender, UnhandledExceptionEventArgs end)
    {
        if (end.ExceptionObject is not Exception exception) return;
        ReportUnhandled(exception, "AppDomain.UnhandledException", LogLevel.Critical);
        // The process ends when this returns.
        this.sender.FlushAsync(options.ShutdownTimeout).GetAwaiter().GetResult();
    }

    void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs task) => ReportUnhandled(task.Exception, "TaskScheduler.UnobservedTaskException");

    static string TextOf(object? value)
    {
        try
        {
            return value switch
            {
                null => "null",
                IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                _ => value.ToString() ?? "null",
            };
        }
        catch (Exception fault)
        {
            return $"({value!.GetType()} threw {fault.GetType()})";
        }
    }

    [LoggerMessage(LogLevel.Warning, "Errors.BeforeSend threw; the report was dropped")]
    static partial void HookFailed(ILogger logger, Exception fault);
}
