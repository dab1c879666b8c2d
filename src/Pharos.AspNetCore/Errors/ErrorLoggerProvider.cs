using Microsoft.Extensions.Logging;

namespace Pharos.AspNetCore.Errors;

/// <summary>Reports what is logged as an error, and keeps what is logged before as breadcrumbs.</summary>
[ProviderAlias("PharosErrors")]
sealed class ErrorLoggerProvider(ErrorReporter reporter, TimeProvider time) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ErrorLogger(reporter, time, categoryName);

    public void Dispose()
    {
    }

    sealed class ErrorLogger(ErrorReporter reporter, TimeProvider time, string category) : ILogger
    {
        /// <summary>What is said about reporting would be reported, and every failed request has its own report already.</summary>
        readonly bool isMuted = category is EnvelopeSender.LoggerName or "Pharos.AspNetCore.Requests";

        /// <summary>These log what nobody has caught.</summary>
        readonly bool isUnhandled = category is "Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware" or "Microsoft.AspNetCore.Diagnostics.DeveloperExceptionPageMiddleware"
            or "Microsoft.AspNetCore.Server.Kestrel" or "Microsoft.Extensions.Hosting.Internal.Host";

        public bool IsEnabled(LogLevel logLevel) => !isMuted && logLevel is >= LogLevel.Information and < LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            try
            {
                var fields = state as IReadOnlyList<KeyValuePair<string, object?>> ?? (state is IEnumerable<KeyValuePair<string, object?>> pairs ? [.. pairs] : []);
                var message = reporter.Clean(formatter(state, exception), fields);
                if (logLevel >= LogLevel.Error)
                {
                    var template = fields.FirstOrDefault(field => field.Key == "{OriginalFormat}").Value as string;
                    reporter.ReportLogged(logLevel, category, message, template, exception, fields, !isUnhandled);
                }
                reporter.Leave(new Breadcrumb(time.GetUtcNow(), logLevel, category, message));
            }
            catch (Exception)
            {
                // A formatter or a value of the application's threw: the provider that writes the log tells it.
            }
        }
    }
}
