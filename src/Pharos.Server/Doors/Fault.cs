using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pharos.Model.Reading;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Syntax;
using Pharos.Server.Queries;

namespace Pharos.Server.Doors;

/// <summary>Why a request is not answered as asked, and how each kind of client is told.</summary>
/// <param name="Word">The kind in Prometheus' words.</param>
readonly record struct Fault(int Status, string Word, string Message)
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // Sent as JSON with nosniff, never into a page.

    public Fault(FaultKind kind, string message)
        : this(kind.Status(), kind.Word(), message)
    {
    }

    /// <summary>What an exception means to the client; null: it broke inside, which the log is told and no client.</summary>
    public static Fault? Of(Exception error) => error switch
    {
        ApiFaultException fault => new(fault.Kind, fault.Message),
        QueryRefusedException { Reason: QueryRefusal.Late } => new(FaultKind.Timeout, error.Message),
        QueryRefusedException { Reason: QueryRefusal.Abandoned } => new(FaultKind.Canceled, error.Message),
        QueryRefusedException => new(FaultKind.Unavailable, error.Message),
        PromQlSyntaxException or Re2SyntaxException => new(FaultKind.BadData, $"invalid parameter \"query\": {error.Message}"),
        PromQlEvaluationException or QueryTooLargeException => new(FaultKind.Execution, error.Message),
        QueryTimeoutException => new(FaultKind.Timeout, error.Message),
        OperationCanceledException => new(FaultKind.Canceled, "query was canceled"),
        BadHttpRequestException bad => new(bad.StatusCode, FaultKind.BadData.Word(), bad.Message),
        _ => null,
    };

    /// <summary>What the client is told of something that broke inside.</summary>
    public static Fault Internal(HttpContext context) => new(FaultKind.Internal, $"the request failed for a reason that the log tells under id {context.TraceIdentifier}");

    /// <summary>Sets status and kind of the answer. Nothing of it may be out yet.</summary>
    /// <returns>The body.</returns>
    public byte[] Prepare(HttpContext context, FaultFormat format)
    {
        var wantsPage = format == FaultFormat.Page && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        context.Response.StatusCode = Status;
        context.Response.ContentType = format switch
        {
            FaultFormat.Prometheus or FaultFormat.Alertmanager => "application/json",
            _ when wantsPage => "text/html; charset=utf-8",
            _ => "text/plain; charset=utf-8",
        };
        return Encoding.UTF8.GetBytes(format switch
        {
            FaultFormat.Prometheus => $"{{\"status\":\"error\",\"errorType\":\"{Word}\",\"error\":{JsonSerializer.Serialize(Message, Readable)}}}",
            FaultFormat.Alertmanager => JsonSerializer.Serialize(Message, Readable),
            _ when wantsPage => $"<!doctype html><title>{Status}</title><p>{HtmlEncoder.Default.Encode(Message)}</p>\n",
            _ => Message + "\n",
        });
    }

    /// <summary>Answers with it; half an answer that is out already is broken off, so that it does not look like a whole one.</summary>
    public async Task AnswerAsync(HttpContext context, FaultFormat format)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        var body = Prepare(context, format);
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
