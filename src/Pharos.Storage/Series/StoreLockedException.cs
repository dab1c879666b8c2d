namespace Pharos.Storage.Series;

/// <summary>Another process works in the data folder.</summary>
public sealed class StoreLockedException(string folder)
    : IOException($"{folder} is in use by another process; stop it, or give this one a data folder of its own");
