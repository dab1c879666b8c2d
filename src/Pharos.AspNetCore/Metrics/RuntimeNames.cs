using System.Diagnostics.Metrics;
using Pharos.AspNetCore.Metrics.Instruments;

namespace Pharos.AspNetCore.Metrics;

/// <summary>.NET's own instruments that would read as something else.</summary>
/// <remarks><c>_count</c> is the end of a histogram's line, not of a gauge's name; and two numbers that rise and fall are told as counters.</remarks>
static class RuntimeNames
{
    static readonly Dictionary<string, (string Name, InstrumentShape Shape)> Known = new(StringComparer.Ordinal)
    {
        ["dotnet.thread_pool.thread.count"] = ("dotnet_thread_pool_threads", InstrumentShape.Gauge),
        ["dotnet.thread_pool.queue.length"] = ("dotnet_thread_pool_queue_length", InstrumentShape.Gauge),
        ["dotnet.thread_pool.work_item.count"] = ("dotnet_thread_pool_work_items_total", InstrumentShape.Counter),
        ["dotnet.timer.count"] = ("dotnet_timers", InstrumentShape.Gauge),
        ["dotnet.assembly.count"] = ("dotnet_assemblies", InstrumentShape.Gauge),
        ["dotnet.process.cpu.count"] = ("dotnet_process_cpus", InstrumentShape.Gauge),
    };

    /// <summary>Null: the ordinary rules hold.</summary>
    public static (string Name, InstrumentShape Shape)? Of(Instrument instrument) => instrument.Meter.Name == "System.Runtime" && Known.TryGetValue(instrument.Name, out var known) ? known : null;
}
