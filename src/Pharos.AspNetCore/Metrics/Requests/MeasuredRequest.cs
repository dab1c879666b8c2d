using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>What is remembered of a request until its answer is complete. Kept in a pool, so that a request allocates nothing.</summary>
/// <remarks>
/// A middleware that awaits the rest of the pipeline needs a state machine and a task for every request that suspends. This one goes out of
/// the way: the server itself calls back when the answer is complete, with the status that the client saw.
/// </remarks>
sealed class MeasuredRequest
{
    /// <summary>More than requests in flight on most machines; beyond that, some are left to the garbage collector.</summary>
    const int MaxPooled = 1_024;

    static readonly DefaultObjectPool<MeasuredRequest> Pool = new(new DefaultPooledObjectPolicy<MeasuredRequest>(), MaxPooled);

    static readonly Func<object, Task> OnCompleted = static state =>
    {
        ((MeasuredRequest)state).End();
        return Task.CompletedTask;
    };

    IRequestRecorder recorder = null!;
    HttpContext context = null!;
    EndpointLabels begun = null!;
    long start;

    public static void Begin(IRequestRecorder recorder, HttpContext context)
    {
        var request = Pool.Get();
        (request.recorder, request.context) = (recorder, context);
        request.begun = EndpointLabels.Of(context.GetEndpoint()); // Now: a handler of errors puts its own in the place.
        context.Response.OnCompleted(OnCompleted, request);
        recorder.Begin(context, request.begun);
        request.start = Stopwatch.GetTimestamp();
    }

    void End()
    {
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds; // Monotonic: a clock that jumps changes nothing.
        recorder.End(context, begun, begun.IsMatched ? begun : EndpointLabels.Of(context.GetEndpoint()), seconds);
        (recorder, context, begun) = (null!, null!, null!);
        Pool.Return(this);
    }
}
