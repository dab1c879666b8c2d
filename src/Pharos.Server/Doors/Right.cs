namespace Pharos.Server.Doors;

/// <summary>What whoever comes to a door must be allowed to do. Which logins may do what is told by roles (<c>Access/</c>).</summary>
enum Right : byte
{
    /// <summary>Nobody is asked who he is.</summary>
    Public,

    /// <summary>The room judges a key of its own. Exempt from login and from the guard against other sites, and from nothing else.</summary>
    OwnKey,

    /// <summary>A login of any role.</summary>
    Login,

    /// <summary>To look, and to try what changes nothing.</summary>
    Read,

    /// <summary>To bring telemetry, alerts and signs of life.</summary>
    Push,

    /// <summary>What is done while something is wrong: silences, drills, tests of receivers.</summary>
    Operate,

    /// <summary>To change what people see and are told by.</summary>
    Edit,

    /// <summary>To delete data, reload, quit.</summary>
    Admin,
}
