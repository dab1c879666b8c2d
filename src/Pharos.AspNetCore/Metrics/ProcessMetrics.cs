using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pharos.AspNetCore.Metrics;

/// <summary>The process as Prometheus' clients tell it: CPU, memory, open files, start.</summary>
sealed class ProcessMetrics : IDisposable
{
    readonly Meter meter = new("Pharos.AspNetCore.Process");
    readonly Process process = Process.GetCurrentProcess();

    public ProcessMetrics()
    {
        meter.CreateObservableCounter("process_cpu_seconds_total", () => Fresh().TotalProcessorTime.TotalSeconds, description: "User and system CPU time spent.");
        meter.CreateObservableGauge("process_resident_memory_bytes", () => Fresh().WorkingSet64, description: "Memory that is resident.");
        meter.CreateObservableGauge("process_virtual_memory_bytes", () => Fresh().VirtualMemorySize64, description: "Memory that is reserved.");
        meter.CreateObservableGauge("process_threads", () => Fresh().Threads.Count, description: "Operating system threads.");
        meter.CreateObservableGauge("process_start_time_seconds", StartSeconds, description: "Start of the process since the Unix epoch.");
        if (OperatingSystem.IsLinux()) meter.CreateObservableGauge("process_open_fds", () => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(), description: "Open file descriptors.");
    }

    public void Dispose()
    {
        meter.Dispose();
        process.Dispose();
    }

    Process Fresh()
    {
        process.Refresh();
        return process;
    }

    double StartSeconds() => (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
}
