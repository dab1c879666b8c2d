using System.Diagnostics;
using System.Globalization;

namespace Pharos.Server.Demo;

/// <summary>The sample service as a process of its own. It ends when this does, also when this is killed.</summary>
/// <remarks>It reads its standard input and ends when that does: the system closes our end of it, however we end.</remarks>
sealed class ShopProcess : IDisposable
{
    readonly Process process;

    ShopProcess(Process process) => this.process = process;

    /// <exception cref="FileNotFoundException">The program does not lie beside this one.</exception>
    public static ShopProcess Start(int port)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "shop");
        var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "shop.exe" : "shop");
        if (!File.Exists(program)) throw new FileNotFoundException($"the sample service is missing: {program}", program);
        var start = new ProcessStartInfo(program, ["--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--exit-with-parent", "true"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        // Started by `dotnet run`, we carry settings of our own host that are not the shop's.
        foreach (var name in (string[])["ASPNETCORE_URLS", "DOTNET_URLS", "ASPNETCORE_HTTP_PORTS"]) start.Environment.Remove(name);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.OutputDataReceived += (_, _) => { }; // Its log is not ours to print, but the pipe must be drained.
        process.BeginOutputReadLine();
        return new(process);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5))) process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
