using System.Diagnostics;
using System.Diagnostics.Metrics;
using Pharos.AspNetCore.Metrics.Processes;

namespace Pharos.AspNetCore.Metrics;

/// <summary>The process as Prometheus' clients tell it: CPU, memory, open files, start.</summary>
sealed class ProcessMetrics
{
    readonly double startSeconds;

    public ProcessMetrics(IMeterFactory meters)
    {
        using var process = Process.GetCurrentProcess();
        startSeconds = (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
        var meter = meters.Create(PharosMeters.Process);
        meter.CreateObservableCounter("process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "User and system CPU time spent.");
        meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, "By", "Memory that is resident.");
        meter.CreateObservableGauge("process_start_time_seconds", () => startSeconds, "s", "Start of the process since the Unix epoch.");
        if (!OperatingSystem.IsLinux()) return;
        meter.CreateObservableGauge("process_virtual_memory_bytes", () => LinuxProcess.StatusNumber("VmSize:") * 1024, "By", "Memory that is reserved.");
        meter.CreateObservableGauge("process_threads", () => LinuxProcess.StatusNumber("Threads:"), description: "Operating system threads.");
        meter.CreateObservableGauge("process_open_fds", LinuxProcess.OpenFiles, description: "Open file descriptors.");
        meter.CreateObservableGauge("process_max_fds", LinuxProcess.MaxOpenFiles, description: "Most file descriptors that may be open.");
    }
}
