using System.Diagnostics;
using System.Globalization;

namespace Pharos.EndToEnd.Durability;

/// <summary>A disk of its own in memory, seen by those processes alone that are started through its <see cref="Launcher"/>; it can be filled and emptied.</summary>
/// <remarks>A process that only waits holds the private mount namespace, so that the disk outlives a server that is killed.</remarks>
sealed class SmallDisk : IAsyncDisposable
{
    const string Options = "size=160m,nr_inodes=200,mode=755";

    readonly Process holder;
    readonly string path;

    SmallDisk(Process holder, string path) => (this.holder, this.path) = (holder, path);

    public string[] Launcher => ["nsenter", "-t", holder.Id.ToString(CultureInfo.InvariantCulture), "-m", "--"];

    /// <summary>The folder as the others see it.</summary>
    string Seen => $"/proc/{holder.Id}/root{path}";

    public static void SkipUnlessPossible() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A disk of a test's own can be mounted by root on Linux alone; run the tests as root for it.");

    public static async Task<SmallDisk> MountAsync(string path)
    {
        Directory.CreateDirectory(path);
        var holder = Process.Start(new ProcessStartInfo("unshare", ["-m", "--propagation", "private", "sh", "-c", $"mount -t tmpfs -o {Options} tmpfs \"$0\" && echo mounted && exec cat", path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (await holder.StandardOutput.ReadLineAsync() == "mounted") return new(holder, path);
        var reason = await holder.StandardError.ReadToEndAsync();
        holder.Dispose();
        Assert.Skip($"This machine gives no mount namespace, so that no disk of the test's own can be mounted: {reason.Trim()}");
        throw new InvalidOperationException("skipped above");
    }

    public async Task BeginAsync(DiskTrouble trouble)
    {
        switch (trouble)
        {
            case DiskTrouble.Full: Fill(); break;
            case DiskTrouble.NoInodes: UseInodes(); break;
            default: await RunAsync($"mount --bind {path} {path} && mount -o remount,ro,bind {path}"); break;
        }
    }

    public async Task EndAsync(DiskTrouble trouble)
    {
        if (trouble == DiskTrouble.ReadOnly) await RunAsync($"umount -l {path}");
        else foreach (var file in Directory.EnumerateFiles(Seen, "filler*")) File.Delete(file);
    }

    public async ValueTask DisposeAsync()
    {
        holder.StandardInput.Close(); // It ends, and the disk with it.
        await holder.WaitForExitAsync();
        holder.Dispose();
    }

    void Fill()
    {
        using var filler = File.OpenHandle(Path.Combine(Seen, "filler"), FileMode.Create, FileAccess.Write);
        var step = 1 << 20;
        for (long at = 0; step > 0;)
        {
            try
            {
                RandomAccess.Write(filler, new byte[step], at);
                at += step;
            }
            catch (IOException)
            {
                step /= 2; // To the last byte.
            }
        }
    }

    void UseInodes()
    {
        try
        {
            for (var i = 0; ; i++) File.Create(Path.Combine(Seen, $"filler{i}")).Dispose();
        }
        catch (IOException)
        {
            // None is left.
        }
    }

    async Task RunAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo(Launcher[0], [.. Launcher[1..], "sh", "-c", command]) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command}: {error}");
    }
}
