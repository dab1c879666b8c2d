using Microsoft.Extensions.Logging.Console;

namespace Pharos.Server.Hosting.Logs;

/// <summary>Messages go to standard error: short lines for people on a terminal, logfmt (as Prometheus) or JSON for programs elsewhere.</summary>
static class LogSetup
{
    public static void Configure(ILoggingBuilder logging, LogOptions options)
    {
        var format = !Console.IsErrorRedirected ? TerminalFormatter.FormatName : options.IsJson ? ConsoleFormatterNames.Json : LogfmtFormatter.FormatName;
        logging.SetMinimumLevel(options.Level);
        // The framework's own chatter (each request, each connection) is only of use when hunting a fault in it.
        logging.AddFilter("Microsoft", options.Level == LogLevel.Debug ? LogLevel.Information : LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // Why the start failed is told by whoever started.
        logging.AddConsole(console =>
        {
            console.FormatterName = format;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<TerminalFormatter, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<LogfmtFormatter, ConsoleFormatterOptions>();
        logging.Services.Configure<JsonConsoleFormatterOptions>(json =>
        {
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
    }
}
