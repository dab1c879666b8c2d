using Pharos.Model.Reading;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Server.Doors;

/// <summary>What all handlers of <c>/api/v1</c> share: reading parameters, the form of answers and errors, and access from other sites' scripts.</summary>
/// <remarks>
/// <para>Errors: an <see cref="ApiFaultException"/> and what queries throw become Prometheus' JSON with its status; anything else is told
/// as <c>internal</c> with an id, under which the log has what it was. When a part of the answer is out already the connection is broken off, so that no client takes half for the whole.</para>
/// <para>Source: Prometheus HTTP API, format overview (facts).</para>
/// </remarks>
sealed partial class ApiDoor
{
    const int MaxFormBytes = 10 << 20; // As Go's form reader.
    const long MaxFormBytesInWork = 128L << 20;

    static readonly string[] Readers = ["GET", "OPTIONS"];
    static readonly string[] FormReaders = ["GET", "POST", "OPTIONS"];
    static readonly string[] Changers = ["POST", "PUT"];
    static readonly string[] Signallers = ["GET", "HEAD", "POST", "PUT"];

    readonly Re2? origins;
    readonly bool isForAll;
    readonly ILogger logger;
    readonly BytesInWork forms = new(MaxFormBytesInWork);

    /// <param name="corsOrigin">Pattern of the origins whose scripts may read; <c>.*</c>: all; empty: none.</param>
    public ApiDoor(string corsOrigin, ILogger<ApiDoor> logger, DoorLimits? limits = null)
    {
        Limits = limits ?? DoorLimits.Default;
        origins = corsOrigin.Length == 0 ? null : Re2.CompileAnchored(corsOrigin);
        isForAll = corsOrigin == ".*";
        this.logger = logger;
    }

    /// <summary>How long clients of all doors may take.</summary>
    public DoorLimits Limits { get; }

    /// <summary>Maps a path that is read with GET, by scripts of allowed origins too.</summary>
    public void MapRead(IEndpointRouteBuilder routes, string path, Func<ApiCall, Task> answer) => Map(routes, path, Readers, answer);

    /// <summary>Maps a path whose parameters may be too long for an address: they may come as the form of a POST, too.</summary>
    public void MapReadOrForm(IEndpointRouteBuilder routes, string path, Func<ApiCall, Task> answer) => Map(routes, path, FormReaders, answer);

    /// <summary>Tells a browser whether the script of another site may read the answer.</summary>
    public void AllowOrigin(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || origins is null || (!isForAll && !origins.IsMatch(origin))) return;
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = isForAll ? "*" : origin;
        headers.AccessControlAllowHeaders = "Accept, Authorization, Content-Type, Origin";
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        headers.AccessControlExposeHeaders = "Date";
        headers.Vary = "Origin";
    }

    /// <summary>Maps a path that changes something, with POST or PUT.</summary>
    public void MapChange(IEndpointRouteBuilder routes, string path, Func<ApiCall, Task> answer) => routes.MapMethods(path, Changers, context => ChangeAsync(context, answer));

    /// <summary>Maps a path that scripts call to say something, by whichever method their tools do more easily; none but those of this site may in a browser.</summary>
    public void MapSignal(IEndpointRouteBuilder routes, string path, Func<ApiCall, Task> answer) => routes.MapMethods(path, Signallers, context => ChangeAsync(context, answer));

    void Map(IEndpointRouteBuilder routes, string path, string[] methods, Func<ApiCall, Task> answer) => routes.MapMethods(path, methods, context =>
    {
        AllowOrigin(context);
        if (!HttpMethods.IsOptions(context.Request.Method)) return AnswerAsync(context, answer);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });

    /// <summary>What cannot be written is refused with 503, so that whoever asked comes again.</summary>
    Task ChangeAsync(HttpContext context, Func<ApiCall, Task> change) => AnswerAsync(context, async call =>
    {
        try
        {
            await change(call);
        }
        catch (IOException error) when (error is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            throw new ApiFaultException(FaultKind.DiskRefuses, error.Message);
        }
    });

    async Task AnswerAsync(HttpContext context, Func<ApiCall, Task> answer)
    {
        context.Response.ContentType = "application/json";
        using var output = new AnswerBody(context, Limits);
        var call = new ApiCall(context, output);
        try
        {
            await call.ReadFormAsync(MaxFormBytes, forms, Limits);
            await answer(call);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
        catch (Exception error)
        {
            await TellAsync(context, output, error);
        }
    }

    /// <summary>Logs what broke inside: what exceptions say is for who runs the server, and may name files and addresses.</summary>
    /// <returns>What the client is told instead.</returns>
    public string TellLog(HttpContext context, Exception error)
    {
        Failed(logger, error, context.Request.Path, context.TraceIdentifier);
        return InternalText(context);
    }

    public static string InternalText(HttpContext context) => $"the request failed for a reason that the log tells under id {context.TraceIdentifier}";

    async Task TellAsync(HttpContext context, AnswerBody output, Exception error)
    {
        var (kind, message) = error switch
        {
            ApiFaultException fault => (fault.Kind, fault.Message),
            PromQlSyntaxException => (FaultKind.BadData, $"invalid parameter \"query\": {error.Message}"),
            Re2SyntaxException => (FaultKind.BadData, $"invalid parameter \"query\": {error.Message}"),
            PromQlEvaluationException or QueryTooLargeException => (FaultKind.Execution, error.Message),
            QueryTimeoutException => (FaultKind.Timeout, error.Message),
            OperationCanceledException => (FaultKind.Canceled, "query was canceled"),
            BadHttpRequestException => (FaultKind.BadData, error.Message),
            _ => (FaultKind.Internal, TellLog(context, error)),
        };
        var status = error is BadHttpRequestException bad ? bad.StatusCode : kind.Status();
        if (!output.Discard())
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = status;
        output.Raw("{\"status\":\"error\",\"errorType\":"u8);
        output.String(kind.Word());
        output.Raw(",\"error\":"u8);
        output.String(message);
        output.Raw("}"u8);
        await output.CompleteAsync();
    }

    [LoggerMessage(LogLevel.Error, "{Path} could not be answered (id {Id})")]
    static partial void Failed(ILogger logger, Exception error, string path, string id);
}
