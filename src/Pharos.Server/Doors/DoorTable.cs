namespace Pharos.Server.Doors;

/// <summary>All doors of a server: rooms map theirs here, and each is answered in the one way that this class has.</summary>
/// <remarks>
/// <para>Shape: what a door declares becomes metadata of its endpoint, which the guards read after routing (<see cref="Of"/>). Its body is bounded, parameters
/// of a form are read, and an answer to scripts of other sites is allowed before the room is asked.</para>
/// <para>Errors: an <see cref="ApiFaultException"/> and what queries throw are told in the form of the door (<see cref="Fault"/>); what breaks inside is told with
/// an id, under which the log has what it was. When a part of the answer is out already the connection is broken off, so that no client takes half for the whole.</para>
/// <para>Source: Prometheus HTTP API, format overview (facts).</para>
/// </remarks>
/// <param name="limits">How long clients of all doors may take.</param>
sealed partial class DoorTable(IEndpointRouteBuilder routes, OtherOrigins origins, DoorLimits limits, ILogger<DoorTable> logger)
{
    const int MaxFormBytes = 10 << 20; // As Go's form reader.
    const long MaxFormBytesInWork = 128L << 20;

    /// <summary>What has no door: any login hears that.</summary>
    public static readonly Door Nothing = new() { Path = "{**path}", Summary = "what has no door", Methods = [], Right = Right.Login, Faults = FaultFormat.Text, IsOnEveryPort = true };

    readonly BodyLimit forms = new(MaxFormBytes, MaxFormBytesInWork);
    readonly OpenStreams streams = new();

    /// <summary>What the endpoint declares; an endpoint that is none of ours declares nothing.</summary>
    public static Door Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<Door>() ?? Nothing;

    /// <summary>Adds a door. One with a port of its own is also on the ports that have all, below the prefix of its API.</summary>
    public void Map(Door door, Func<ApiCall, Task> answer)
    {
        Add(door, answer);
        if (door.Port is { } port) Add(door with { Path = port.Prefix + door.Path, Port = null }, answer);
    }

    /// <summary>Adds what answers all that has no door.</summary>
    public void MapNothing(Func<ApiCall, Task> answer) => routes.MapFallback(Nothing.Path, context => AnswerAsync(context, Nothing, answer)).WithMetadata(Nothing);

    /// <summary>Declares endpoints that somebody else maps and answers.</summary>
    public static void Declare(IEndpointConventionBuilder endpoints, Func<string, Door> door) => endpoints.Add(endpoint =>
    {
        var path = ((RouteEndpointBuilder)endpoint).RoutePattern.RawText!;
        endpoint.Metadata.Add(door(path));
    });

    void Add(Door door, Func<ApiCall, Task> answer) => routes.MapMethods(door.Path, door.Methods, context => AnswerAsync(context, door, answer)).WithMetadata(door);

    async Task AnswerAsync(HttpContext context, Door door, Func<ApiCall, Task> answer)
    {
        if (door.Methods.Contains(HttpMethods.Options, StringComparer.Ordinal))
        {
            origins.Allow(context);
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }
        if (door.Faults == FaultFormat.Prometheus) context.Response.ContentType = "application/json";
        using var output = new AnswerBody(context, limits);
        var call = new ApiCall(context, door, door.Body ?? forms, output, limits);
        try
        {
            await call.BoundBodyAsync(isForm: door.Body is null);
            if (door.Load == LoadClass.Stream) await StreamAsync(call, answer);
            else await answer(call);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (Exception error)
        {
            await TellAsync(call, error);
        }
    }

    async Task StreamAsync(ApiCall call, Func<ApiCall, Task> answer)
    {
        if (!streams.TryOpen()) throw new ApiFaultException(FaultKind.Busy, $"{OpenStreams.Most} answers that go on are open, and no more are; close one of them, or ask again later");
        try
        {
            await answer(call);
        }
        finally
        {
            streams.Close();
        }
    }

    async Task TellAsync(ApiCall call, Exception error)
    {
        if (!call.Output.Discard())
        {
            call.Context.Abort();
            return;
        }
        // What cannot be written is refused with 503, so that whoever brought it comes again.
        var isRefusedByDisk = call.Door.ChangesState && error is IOException and not BadHttpRequestException && !call.ClientGone.IsCancellationRequested;
        await call.RefuseAsync(isRefusedByDisk ? new(FaultKind.DiskRefuses, error.Message) : Fault.Of(error) ?? Broke(call.Context, error));
    }

    /// <summary>Logs what broke inside: what exceptions say is for who runs the server, and may name files and addresses.</summary>
    Fault Broke(HttpContext context, Exception error)
    {
        Failed(logger, error, context.Request.Path, context.TraceIdentifier);
        return Fault.Internal(context);
    }

    [LoggerMessage(LogLevel.Error, "{Path} could not be answered (id {Id})")]
    static partial void Failed(ILogger logger, Exception error, string path, string id);
}
