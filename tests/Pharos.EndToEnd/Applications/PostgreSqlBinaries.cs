using System.Diagnostics;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>PostgreSQL's programs, and the user that they run as: it refuses to be root, and another user may not be able to enter this checkout.</summary>
/// <param name="bin">A folder that the user can reach.</param>
/// <param name="user">Null when these tests do not run as root: then PostgreSQL runs as they do.</param>
sealed class PostgreSqlBinaries(string bin, string? user)
{
    static readonly Lazy<Task<PostgreSqlBinaries>> Reachable = new(ReachAsync);

    /// <summary>Where <c>bench/peers.sh</c> unpacked them, else where the machine has them; without them the test reports itself skipped.</summary>
    public static async Task<PostgreSqlBinaries> FindAsync()
    {
        Assert.SkipWhen(Unpacked() is null, "PostgreSQL is not there; bench/peers.sh fetches it");
        return await Reachable.Value;
    }

    public ProcessStartInfo Start(string program, params string[] arguments)
    {
        var path = Path.Combine(bin, program);
        var start = user is null ? new ProcessStartInfo(path, arguments) : As(user, [path, .. arguments]);
        start.WorkingDirectory = "/tmp";
        if (StoreServer.LibrariesBeside(path) is { } libraries) start.Environment["LD_LIBRARY_PATH"] = libraries;
        return start;
    }

    static ProcessStartInfo As(string user, string[] command) => new("runuser", ["-u", user, "--", .. command]);

    static string? Unpacked() =>
        ((string[])[.. Peers.Roots().Select(root => Path.Combine(root, "root", "usr", "lib", "postgresql")), "/usr/lib/postgresql"])
            .Where(Directory.Exists).SelectMany(Directory.GetDirectories)
            .Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")));

    static async Task<PostgreSqlBinaries> ReachAsync()
    {
        var bin = Unpacked()!;
        if (Environment.UserName != "root") return new(bin, user: null);
        var user = File.ReadAllLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        var (isReachable, _) = await RunAsync(As(user, ["test", "-x", Path.Combine(bin, "postgres")]));
        return new(isReachable ? bin : await CopyAsync(bin), user);
    }

    /// <summary>Copies the programs and what they need beside them to where everybody can go, until these tests end.</summary>
    static async Task<string> CopyAsync(string bin)
    {
        var root = Path.GetFullPath(Path.Combine(bin, "../../../../.."));
        var copy = new TemporaryFolder("/tmp");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => copy.Dispose();
        string[] parts = [Path.GetDirectoryName(bin)!, Path.Combine(root, "usr/share/postgresql"), .. StoreServer.LibrariesBeside(bin) is { } libraries ? [libraries] : (string[])[]];
        var copying = new ProcessStartInfo("cp", ["-a", "--parents", .. parts.Select(part => Path.GetRelativePath(root, part)), copy.Path]) { WorkingDirectory = root };
        foreach (var step in (ProcessStartInfo[])[copying, new("chmod", ["-R", "a+rX", copy.Path])])
        {
            var (isDone, said) = await RunAsync(step);
            Assert.True(isDone, $"{step.FileName}: {said}");
        }
        return Path.Combine(copy.Path, Path.GetRelativePath(root, bin));
    }

    static async Task<(bool IsDone, string Said)> RunAsync(ProcessStartInfo start)
    {
        await using var program = RunningProgram.Start(start);
        return (await program.ExitCodeAsync() == 0, program.Output);
    }
}
