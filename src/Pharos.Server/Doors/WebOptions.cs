namespace Pharos.Server.Doors;

/// <summary>What the command line said of the ports and doors, checked, with defaults filled in.</summary>
sealed record WebOptions
{
    /// <summary>Where all doors are; an empty host means all interfaces.</summary>
    public IReadOnlyList<ListenAddress> Listen { get; init; } = [new("127.0.0.1", 9090)];

    /// <summary>The address under which users and receivers reach the server, without a slash at the end.</summary>
    public string ExternalUrl { get; init; } = "http://localhost:9090";

    /// <summary>Path of <see cref="ExternalUrl"/>: what the browser sees before each address; "" or <c>/x</c>.</summary>
    public string ExternalPath { get; init; } = "";

    /// <summary>Prefix of all routes: "" or <c>/x</c>.</summary>
    public string RoutePrefix { get; init; } = "";

    /// <summary>Whether <c>/-/quit</c> answers. Reload always does.</summary>
    public bool EnableQuit { get; init; }

    public bool EnableAdminApi { get; init; }

    /// <summary>Anchored RE2 pattern of origins whose scripts may read; "": none.</summary>
    public string CorsOrigin { get; init; } = ".*";

    public int MaxConnections { get; init; } = 512;

    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
