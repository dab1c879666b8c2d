using System.Diagnostics;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Pharos.AspNetCore.Logs;
using Pharos.AspNetCore.Redaction;

namespace Pharos.Bench.Applications;

/// <summary>One log line on the caller's thread: ours whole, the built-in JSON console formatter without its writing thread.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public partial class LogBenchmarks
{
    ServiceProvider services = null!;
    ILoggerFactory ours = null!;
    ILoggerFactory builtIn = null!;
    ILogger ourLogger = null!;
    ILogger builtInLogger = null!;
    JsonLoggerProvider provider = null!;
    Activity activity = null!;

    [GlobalSetup]
    public void Setup()
    {
        services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        // Enough room that no line is lost while the benchmark outruns any writer.
        provider = new JsonLoggerProvider(new LogOptions { MaxWaitingBytes = 1 << 28 }, new Redactor(new RedactionOptions()), TimeProvider.System, services.GetRequiredService<IMeterFactory>(), Stream.Null);
        ours = LoggerFactory.Create(logging => logging.AddProvider(provider));
        builtIn = LoggerFactory.Create(logging => logging.AddProvider(new FormatterProvider()));
        (ourLogger, builtInLogger) = (ours.CreateLogger("Shop.Orders"), builtIn.CreateLogger("Shop.Orders"));
        activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        activity.Dispose();
        ours.Dispose();
        builtIn.Dispose();
        services.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void BuiltInTexts() => Texts(builtInLogger, "ann", "/orders/{id}", "paid");

    [Benchmark]
    public void PharosTexts() => Texts(ourLogger, "ann", "/orders/{id}", "paid");

    [Benchmark]
    public void BuiltInNumbers() => Numbers(builtInLogger, 17, 9.5);

    [Benchmark]
    public void PharosNumbers() => Numbers(ourLogger, 17, 9.5);

    [LoggerMessage(LogLevel.Information, "{User} asked {Endpoint}: {Outcome}")]
    static partial void Texts(ILogger logger, string user, string endpoint, string outcome);

    [LoggerMessage(LogLevel.Information, "Order {OrderId} of {Amount}")]
    static partial void Numbers(ILogger logger, int orderId, double amount);

    /// <summary>What the console provider does on the caller's thread, and no more: the formatter writes to a kept writer.</summary>
    sealed class FormatterProvider : ILoggerProvider
    {
        readonly ServiceProvider services = new ServiceCollection().AddLogging(logging => logging.AddJsonConsole(json => (json.IncludeScopes, json.TimestampFormat, json.UseUtcTimestamp) = (true, "O", true))).BuildServiceProvider();

        public ILogger CreateLogger(string categoryName) => new FormatterLogger(services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == ConsoleFormatterNames.Json), categoryName);

        public void Dispose() => services.Dispose();
    }

    sealed class FormatterLogger(ConsoleFormatter formatter, string category) : ILogger
    {
        [ThreadStatic] static StringWriter? writer;

        readonly LoggerExternalScopeProvider scopes = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            writer ??= new StringWriter();
            formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, format), scopes, writer);
            // The console provider hands a string to its queue.
            _ = writer.GetStringBuilder().ToString();
            writer.GetStringBuilder().Clear();
        }
    }
}
