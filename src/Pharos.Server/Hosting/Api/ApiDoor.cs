using Pharos.Model.Reading;
using Pharos.Model.Text;
using Pharos.Query.PromQL;

namespace Pharos.Server.Hosting.Api;

/// <summary>What all handlers of <c>/api/v1</c> share: reading parameters, and the form of answers and errors.</summary>
/// <remarks>
/// <para>Errors: an <see cref="ApiFaultException"/> and what queries throw become Prometheus' JSON with its status; anything else is logged and told
/// as <c>internal</c>. When a part of the answer is out already the connection is broken off, so that no client takes half for the whole.</para>
/// <para>Source: Prometheus HTTP API, format overview (facts).</para>
/// </remarks>
sealed partial class ApiDoor(ILogger<ApiDoor> logger)
{
    const int MaxFormBytes = 10 << 20; // As Go's form reader.

    static readonly string[] Readers = ["GET", "POST"];
    static readonly string[] Changers = ["POST", "PUT"];

    /// <summary>Maps a path that is read with GET or POST.</summary>
    public void MapRead(IEndpointRouteBuilder routes, string path, Func<ApiCall, Task> answer) => routes.MapMethods(path, Readers, context => AnswerAsync(context, answer));

    /// <summary>Maps a path that changes something, with POST or PUT.</summary>
    public void MapChange(IEndpointRouteBuilder routes, string path, Func<ApiCall, Task> answer) => routes.MapMethods(path, Changers, context => AnswerAsync(context, answer));

    async Task AnswerAsync(HttpContext context, Func<ApiCall, Task> answer)
    {
        context.Response.ContentType = "application/json";
        using var output = new AnswerBody(context);
        var call = new ApiCall(context, output);
        try
        {
            await call.ReadFormAsync(MaxFormBytes);
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
            _ => (FaultKind.Internal, error.Message),
        };
        var status = kind.Status();
        if (error is BadHttpRequestException bad)
        {
            (kind, message, status) = (FaultKind.BadData, bad.Message, bad.StatusCode);
        }
        if (kind == FaultKind.Internal) Failed(logger, error, context.Request.Path);
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

    [LoggerMessage(LogLevel.Error, "{Path} could not be answered")]
    static partial void Failed(ILogger logger, Exception error, string path);
}
