namespace Pharos.Server.Queries;

/// <summary>Classes of doors that read: each has threads of its own, so that none takes those of another.</summary>
enum QueryClass : byte
{
    /// <summary>Expressions.</summary>
    Query,

    /// <summary>Names, labels and series.</summary>
    List,
    Federation,
    RemoteRead,

    /// <summary>Deleting, freeing and copying.</summary>
    Admin,
}
