using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Pharos.Server.Hosting.Logs;

/// <summary>One message a line for a person: time of day, level when it matters, room, sentence.</summary>
sealed class TerminalFormatter(TimeProvider time) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "terminal";

    public TerminalFormatter()
        : this(TimeProvider.System)
    {
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var (mark, end) = logEntry.LogLevel switch
        {
            LogLevel.Warning => ("\e[33mwarning ", "\e[0m"),
            LogLevel.Error or LogLevel.Critical => ("\e[31merror ", "\e[0m"),
            _ => ("", ""),
        };
        textWriter.Write(time.GetLocalNow().ToString("HH:mm:ss ", CultureInfo.InvariantCulture));
        textWriter.Write($"{mark}{LogfmtFormatter.RoomOf(logEntry.Category)}: {logEntry.Formatter(logEntry.State, null)}{end}");
        if (logEntry.Exception is { } error) textWriter.Write($"\n{error}");
        textWriter.Write('\n');
    }
}
