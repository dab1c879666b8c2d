using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Logs;

/// <summary>Writes each record as one JSON line. Never throws into the application.</summary>
sealed class JsonLogger(JsonLoggerProvider provider, string category) : ILogger
{
    static readonly Action<object?, LogLine> AddScope = static (scope, line) => line.AddScope(scope);

    readonly JsonEncodedText name = JsonEncodedText.Encode(category, LogLine.Encoder);

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => provider.Scopes.Push(state);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var line = LogLine.Rent(provider.Shape);
        try
        {
            Compose(line, state, exception, formatter);
            line.Write(provider.Time.GetUtcNow(), logLevel, name, exception);
        }
        catch (Exception fault)
        {
            // The application's own formatter, scope or value is at fault: what it wanted to say is lost, that it did is not.
            line.Reset();
            line.TakeMessage($"A message of level {logLevel} could not be written: {fault.GetType()}: {ExceptionText.MessageOf(fault)}");
            line.Write(provider.Time.GetUtcNow(), LogLevel.Error, name, null);
        }
        finally
        {
            provider.Lines.Append(line.Bytes);
            line.Return();
        }
    }

    void Compose<TState>(LogLine line, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        provider.Scopes.ForEachScope(AddScope, line);
        line.EndScopes();
        if (typeof(TState) == typeof(RequestLine))
        {
            line.TakeRequest((RequestLine)(object)state!);
            return;
        }
        var box = StateBox<TState>.Lend(state);
        var template = AddFields(line, box);
        StateBox<TState>.Return(box);
        if (template is null || !StateKind<TState>.FollowsTemplate || !line.TryRender(template)) line.TakeMessage(formatter(state, exception) ?? "");
    }

    /// <summary>Adds the fields of a state and returns its template, when it has one.</summary>
    static string? AddFields(LogLine line, object? state)
    {
        string? template = null;
        if (state is IReadOnlyList<KeyValuePair<string, object?>> list)
        {
            for (var at = 0; at < list.Count; at++)
            {
                var pair = list[at];
                if (!line.Add(pair)) template = pair.Value as string;
            }
        }
        else if (state is IEnumerable<KeyValuePair<string, object?>> pairs)
        {
            foreach (var pair in pairs) line.Add(pair);
        }
        return template;
    }

    /// <summary>Whether a state's message is surely its template filled with its values: true of those that the logging library makes.</summary>
    static class StateKind<TState>
    {
        public static readonly bool FollowsTemplate = typeof(TState).Assembly == typeof(ILogger).Assembly;
    }
}
