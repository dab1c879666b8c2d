using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Redaction;

namespace Pharos.AspNetCore.Logs;

/// <summary>Writes the log as JSON lines to standard output.</summary>
/// <remarks>The alias is that of the console logger whose place this takes, so that <c>Logging:Console:LogLevel</c> goes on to apply.</remarks>
[ProviderAlias("Console")]
sealed class JsonLoggerProvider : ILoggerProvider, ISupportExternalScope
{
    /// <summary>One for the process: two hosts in it, as tests have them, must not write into each other's lines.</summary>
    static readonly Stream StandardOutput = Stream.Synchronized(Console.OpenStandardOutput());

    readonly ConcurrentDictionary<string, JsonLogger> loggers = new(StringComparer.Ordinal);
    readonly Meter meter;

    public JsonLoggerProvider(LogOptions options, Redactor redactor, TimeProvider time, IMeterFactory meters)
        : this(options, redactor, time, meters, StandardOutput)
    {
    }

    internal JsonLoggerProvider(LogOptions options, Redactor redactor, TimeProvider time, IMeterFactory meters, Stream output)
    {
        Shape = new LineShape(options, redactor);
        Time = time;
        Lines = new LineQueue(output, options.MaxWaitingBytes, TellLost);
        meter = meters.Create(PharosMeters.Logs);
        meter.CreateObservableCounter("log_lines_lost_total", () => Lines.LostLines, description: "Log lines that standard output did not take.");
    }

    public LineShape Shape { get; }

    public TimeProvider Time { get; }

    public LineQueue Lines { get; }

    public IExternalScopeProvider Scopes { get; private set; } = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => loggers.GetOrAdd(categoryName, category => new JsonLogger(this, category));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => Scopes = scopeProvider;

    /// <summary>Writes what waits. Loggers stay usable: lines that come later are written at once.</summary>
    public void Dispose()
    {
        meter.Dispose();
        Lines.Dispose();
    }

    byte[] TellLost(long lines)
    {
        var line = LogLine.Rent(Shape);
        try
        {
            line.Add(new("lost_lines", lines));
            line.TakeMessage($"{lines} log lines were lost: standard output did not take them");
            line.Write(Time.GetUtcNow(), LogLevel.Warning, LostLogger, null);
            return line.Bytes.ToArray();
        }
        finally
        {
            line.Return();
        }
    }

    static readonly JsonEncodedText LostLogger = JsonEncodedText.Encode(Encoding.UTF8.GetBytes("Pharos.AspNetCore.Logs"));
}
