using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Logs;
using Pharos.AspNetCore.Redaction;

namespace Pharos.Tests.AspNetCore.Logs;

/// <summary>A logger as the application has it, whose lines go to memory.</summary>
sealed class SomeLog : IDisposable
{
    readonly MemoryStream output = new();
    readonly ServiceProvider services;
    readonly JsonLoggerProvider provider;

    public SomeLog(Action<LogOptions>? configure = null, Stream? output = null, RedactionOptions? redaction = null)
    {
        var options = new LogOptions();
        configure?.Invoke(options);
        services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        provider = new JsonLoggerProvider(options, new Redactor(redaction ?? new()), Time, services.GetRequiredService<IMeterFactory>(), output ?? this.output);
        Factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(provider));
        Logger = Factory.CreateLogger("Shop.Orders");
    }

    public FixedTime Time { get; } = new();

    public ILoggerFactory Factory { get; }

    public ILogger Logger { get; }

    public LineQueue Lines => provider.Lines;

    public string Text
    {
        get
        {
            Assert.True(provider.Lines.Flush(Patience.Limit));
            return Encoding.UTF8.GetString(output.ToArray());
        }
    }

    /// <summary>All lines, each parsed strictly.</summary>
    public IReadOnlyList<JsonElement> All => [.. Text.Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The one line that was written.</summary>
    public JsonElement Line => Assert.Single(All);

    public void Dispose()
    {
        Factory.Dispose();
        provider.Dispose();
        services.Dispose();
    }
}

/// <summary>A clock that moves only when it is told to.</summary>
sealed class FixedTime : TimeProvider
{
    TimeSpan jumped;

    public DateTimeOffset Now { get; set; } = new(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now + jumped;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.UtcTicks;

    /// <summary>Sets the clock on the wall, which the monotonic one does not follow.</summary>
    public void Jump(TimeSpan by) => jumped += by;
}
