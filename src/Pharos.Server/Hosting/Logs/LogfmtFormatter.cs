using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Pharos.Server.Hosting.Logs;

/// <summary>One message a line as <c>time=… level=… room=… msg="…" key=value</c>.</summary>
sealed class LogfmtFormatter(TimeProvider time) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "logfmt";

    public LogfmtFormatter()
        : this(TimeProvider.System)
    {
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetUtcNow().ToString("'time='yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        textWriter.Write($" level={Word(logEntry.LogLevel)} room={RoomOf(logEntry.Category)}");
        var message = logEntry.Formatter(logEntry.State, null);
        Put(textWriter, "msg", message);
        if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            foreach (var (key, value) in values)
            {
                var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
                if (key != "{OriginalFormat}" && text != message) Put(textWriter, Lower(key), text);
            }
        }
        if (logEntry.Exception is { } error) Put(textWriter, "err", error.ToString());
        textWriter.Write('\n');
    }

    public static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        _ => "ERROR",
    };

    /// <summary>The part of the product that speaks: the folder of its class.</summary>
    public static string RoomOf(string category)
    {
        var parts = category.Split('.');
        return (parts is ["Pharos", "Server", var room, _, ..] ? room : parts is [.., var parent, _] ? parent : category).ToLowerInvariant();
    }

    static void Put(TextWriter to, string key, string value)
    {
        to.Write(' ');
        to.Write(key);
        to.Write('=');
        var isPlain = value.Length > 0 && value.All(c => c > ' ' && c is not ('"' or '=' or '\\' or '\x7f'));
        to.Write(isPlain ? value : Model.Text.GoText.Quote(value));
    }

    static string Lower(string key) => key.Length == 0 ? key : $"{char.ToLowerInvariant(key[0])}{key[1..]}";
}
