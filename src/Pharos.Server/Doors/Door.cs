namespace Pharos.Server.Doors;

/// <summary>What a door says of itself: routing, the guards, the documentation and the tests read it, and nothing else is known of a path.</summary>
/// <remarks>A method <c>OPTIONS</c> opens a door to scripts of other sites, as far as <c>--web.cors.origin</c> lets them read.</remarks>
sealed record Door
{
    static readonly string[] Reading = ["GET", "OPTIONS"];
    static readonly string[] ReadingOrForm = ["GET", "POST", "OPTIONS"];
    static readonly string[] Looking = ["GET", "HEAD"];
    static readonly string[] Changing = ["POST", "PUT"];
    static readonly string[] Signalling = ["GET", "HEAD", "POST", "PUT"];

    /// <summary>A pattern of routing, such as <c>/api/v1/label/{name}/values</c>.</summary>
    public required string Path { get; init; }

    /// <summary>One sentence for who looks for a door.</summary>
    public required string Summary { get; init; }

    /// <summary>Empty: all.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    public Right Right { get; init; } = Right.Read;

    /// <summary>Then a browser may not call it on behalf of another site, whatever the method, and what cannot be written is answered with 503.</summary>
    public bool ChangesState { get; init; }

    public FaultFormat Faults { get; init; } = FaultFormat.Prometheus;

    public LoadClass Load { get; init; } = LoadClass.Control;

    /// <summary>Null: parameters as a form, as <see cref="DoorTable"/> bounds them.</summary>
    public BodyLimit? Body { get; init; }

    /// <summary>The one named port on which it is; null: on all that have no name.</summary>
    public NamedPort? Port { get; init; }

    /// <summary>On named ports, too.</summary>
    public bool IsOnEveryPort { get; init; }

    /// <param name="port">Null: one that has all doors.</param>
    public bool IsOn(NamedPort? port) => IsOnEveryPort || Port == port;

    /// <summary>Whether its methods tell nothing, because it answers what has no door.</summary>
    public bool TakesAll => Methods.Count == 0;

    /// <summary>Reads with GET.</summary>
    public static Door Read(string path, string summary) => new() { Path = path, Summary = summary, Methods = Reading };

    /// <summary>Reads by parameters that may be too long for an address: they may come as the form of a POST, too.</summary>
    public static Door ReadOrForm(string path, string summary) => Read(path, summary) with { Methods = ReadingOrForm };

    /// <summary>Reads the store.</summary>
    public static Door Query(string path, string summary) => Read(path, summary) with { Load = LoadClass.Query };

    /// <summary>Reads the store, as <see cref="ReadOrForm"/>.</summary>
    public static Door QueryOrForm(string path, string summary) => ReadOrForm(path, summary) with { Load = LoadClass.Query };

    /// <summary>Changes something, with POST or PUT.</summary>
    public static Door Change(string path, Right right, string summary) => new() { Path = path, Summary = summary, Methods = Changing, Right = right, ChangesState = true };

    /// <summary>Scripts call it to say something, by whichever method their tools do more easily; in a browser none but those of this site may.</summary>
    public static Door Signal(string path, string summary) =>
        new() { Path = path, Summary = summary, Methods = Signalling, Right = Right.Push, ChangesState = true, Load = LoadClass.Push };

    /// <summary>Takes telemetry.</summary>
    public static Door Push(string path, string summary) =>
        new() { Path = path, Summary = summary, Methods = ["POST"], Right = Right.Push, ChangesState = true, Faults = FaultFormat.Text, Load = LoadClass.Push };

    /// <summary>Tells one thing as a text.</summary>
    public static Door Text(string path, string summary) => new() { Path = path, Summary = summary, Methods = Looking, Faults = FaultFormat.Text };

    /// <summary>A page of the user interface, or a file of it.</summary>
    public static Door Page(string path, string summary) => new() { Path = path, Summary = summary, Methods = Looking, Faults = FaultFormat.Page, Load = LoadClass.Page };
}
