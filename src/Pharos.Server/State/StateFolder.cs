namespace Pharos.Server.State;

/// <summary>All files of small state of one data folder. They are closed with it, after the rooms that write into them.</summary>
/// <remarks>Threads: files are opened by one, at the start; the rest is for all.</remarks>
sealed class StateFolder(string folder, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    readonly List<StateDatabase> opened = [];

    /// <summary>Why something cannot be written now; null while all is well.</summary>
    public string? Failure => opened.Select(database => database.Failure).FirstOrDefault(failure => failure is not null);

    /// <exception cref="IOException">The folder cannot be written, or a newer program wrote the file.</exception>
    public StateDatabase Open(StateFile file)
    {
        var database = StateDatabase.Open(Path.Combine(folder, file.Name), file, time, loggers.CreateLogger<StateDatabase>());
        opened.Add(database);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in opened) await database.DisposeAsync();
    }
}
