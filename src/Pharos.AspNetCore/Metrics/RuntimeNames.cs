using System.Diagnostics.Metrics;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Names of .NET's own instruments that would read as something else: <c>_count</c> is the end of a histogram's line, not of a gauge's name.</summary>
static class RuntimeNames
{
    static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["dotnet.thread_pool.thread.count"] = "dotnet_thread_pool_threads",
        ["dotnet.thread_pool.work_item.count"] = "dotnet_thread_pool_work_items_total",
        ["dotnet.timer.count"] = "dotnet_timers",
        ["dotnet.assembly.count"] = "dotnet_assemblies",
        ["dotnet.process.cpu.count"] = "dotnet_process_cpus",
    };

    /// <summary>Null: the ordinary rules name it.</summary>
    public static string? Of(Instrument instrument) => instrument.Meter.Name == "System.Runtime" ? Names.GetValueOrDefault(instrument.Name) : null;
}
