using System.Diagnostics;
using System.Globalization;

namespace Pharos.Bench.Compare;

/// <summary>One server as a process of its own, with its costs read from /proc.</summary>
sealed class MeasuredServer : IDisposable
{
    readonly string program;
    readonly string[] arguments;
    readonly int? core;
    Process process;

    MeasuredServer(string name, string program, string[] arguments, string dataFolder, int port, int? core)
    {
        Name = name;
        this.program = program;
        this.arguments = arguments;
        this.core = core;
        DataFolder = dataFolder;
        Http = new() { BaseAddress = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), Timeout = TimeSpan.FromMinutes(5) };
        process = Launch();
    }

    public string Name { get; }

    public string DataFolder { get; }

    public HttpClient Http { get; }

    public double CpuSeconds
    {
        get
        {
            // Fields 14 and 15 after the name in parentheses: user and system time in ticks of 10 ms.
            var stat = File.ReadAllText($"/proc/{process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
        }
    }

    /// <summary>Memory of the process' own, without mapped files.</summary>
    public double AnonMegabytes => StatusKilobytes("RssAnon:") / 1024;

    public double ResidentMegabytes => StatusKilobytes("VmRSS:") / 1024;

    public static MeasuredServer Prometheus(string program, string folder, int port, string? config, int? core = null)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(file, config ?? "global: {}\n");
        return new("Prometheus", program,
            [$"--config.file={file}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", "--storage.tsdb.retention.time=10y", "--web.enable-remote-write-receiver",
                "--web.enable-admin-api", "--query.max-samples=500000000", "--log.level=warn", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")],
            Path.Combine(folder, "data"), port, core);
    }

    public static MeasuredServer Pharos(string program, string folder, int port, string? config, int? core = null)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(file, config ?? "global: {}\n");
        return new("Pharos", program,
            ["serve", $"--config.file={file}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", "--storage.tsdb.retention.time=10y", "--web.enable-remote-write-receiver",
                "--web.enable-admin-api", "--query.max-samples=500000000", "--log.level=warn", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")],
            Path.Combine(folder, "data"), port, core);
    }

    public static MeasuredServer Alertmanager(string program, string folder, int port, string config)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "alertmanager.yml");
        File.WriteAllText(file, config);
        return new("Alertmanager", program,
            [$"--config.file={file}", $"--storage.path={Path.Combine(folder, "data")}", "--cluster.listen-address=", "--log.level=error", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")],
            Path.Combine(folder, "data"), port, core: null);
    }

    /// <summary>Started with Alertmanager's own flags.</summary>
    public static MeasuredServer PharosAsAlertmanager(string program, string folder, int port, string config)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "alertmanager.yml");
        File.WriteAllText(file, config);
        return new("Pharos", program,
            ["serve", $"--config.file={file}", $"--storage.path={Path.Combine(folder, "data")}", "--log.level=error", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")],
            Path.Combine(folder, "data"), port, core: null);
    }

    public async Task WaitReadyAsync()
    {
        for (var i = 0; i < 12_000; i++)
        {
            if (process.HasExited) throw new InvalidOperationException($"{Name} ended with code {process.ExitCode}; arguments: {string.Join(' ', arguments)}");
            try
            {
                using var answer = await Http.GetAsync("/-/ready");
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(5);
        }
        throw new TimeoutException($"{Name} did not become ready within a minute");
    }

    /// <summary>Waits until the server is idle: under 4 % of a core for two seconds.</summary>
    public async Task SettleAsync(int atMostSeconds = 120)
    {
        for (var i = 0; i < atMostSeconds / 2; i++)
        {
            var before = CpuSeconds;
            await Task.Delay(2000);
            if (CpuSeconds - before < 0.08) return;
        }
    }

    /// <summary>Kills the process and starts it again on the same data. Seconds until it is ready.</summary>
    public async Task<double> KillAndRestartAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        var watch = Stopwatch.StartNew();
        process = Launch();
        await WaitReadyAsync();
        return watch.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
        Http.Dispose();
    }

    Process Launch()
    {
        var start = core is { } pinned
            ? new ProcessStartInfo("taskset", ["-c", pinned.ToString(CultureInfo.InvariantCulture), program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var started = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        started.OutputDataReceived += (_, _) => { };
        started.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("level=error", StringComparison.OrdinalIgnoreCase) == true) Console.Error.WriteLine($"{Name}: {line.Data}");
        };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    double StatusKilobytes(string key)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(candidate => candidate.StartsWith(key, StringComparison.Ordinal));
        return double.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
