using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Pharos.AspNetCore.Requests;

/// <summary>Tells faults of the application from what a client leaves behind that did not wait for its answer.</summary>
static class GoneClient
{
    public static bool IsCauseOf(Exception fault, HttpContext context) =>
        fault is OperationCanceledException or IOException or WebSocketException { WebSocketErrorCode: WebSocketError.ConnectionClosedPrematurely } && context.RequestAborted.IsCancellationRequested;
}
