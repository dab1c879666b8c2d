using System.CommandLine;

namespace Pharos.Server.Metrics.Commands;

/// <summary><c>pharos tsdb …</c>: looks at the files of the series store.</summary>
static class TsdbCommand
{
    public static Command Create() => new("tsdb", "Looks at the files of the series store, and takes over those of Prometheus.")
    {
        TsdbVerifyCommand.Create(),
        TsdbAnalyzeCommand.Create(),
        TsdbImportCommand.Create(),
    };

    internal static Argument<string> PathArgument() => new("path")
    {
        Description = "Folder of a store, folder of blocks, or one block file.",
        DefaultValueFactory = _ => "data",
    };

    /// <summary>A time as people and scripts read it: UTC, to the second.</summary>
    internal static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The block files of a path, or a message why there are none.</summary>
    internal static bool TryFindBlocks(string path, TextWriter output, out IReadOnlyList<string> files)
    {
        files = [];
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            output.WriteLine($"{path}: no such file or folder; name the folder that `serve` was given as --data");
            return false;
        }
        files = Storage.Series.StoreInspection.BlockFiles(path);
        return true;
    }
}
