using Microsoft.Win32.SafeHandles;

namespace Pharos.Storage.Files;

/// <summary>Lets a test make any call that changes the disk fail. Nothing is set in production.</summary>
/// <remarks>What is set flows with the execution context into the threads and tasks that are begun from there, so that tests run beside one another.</remarks>
static class DiskFaults
{
    static readonly AsyncLocal<DiskFault?> Current = new();

    /// <summary>For everything that the caller begins from now on.</summary>
    public static void Set(DiskFault? fault) => Current.Value = fault;

    /// <exception cref="IOException">The test wants it so.</exception>
    public static void Check(DiskCall call, SafeFileHandle? file = null)
    {
        if (Current.Value?.Invoke(call, file) is { } error) throw error;
    }
}

/// <summary>Calls that need room, a new inode, or a disk that can be written. Deleting is none of them.</summary>
enum DiskCall
{
    Create,
    Write,
    Allocate,
    Move,
    SyncFile,
    SyncFolder,
}

/// <summary>Why this call fails; null: it is done.</summary>
/// <param name="file">Null for calls by name.</param>
delegate IOException? DiskFault(DiskCall call, SafeFileHandle? file);
