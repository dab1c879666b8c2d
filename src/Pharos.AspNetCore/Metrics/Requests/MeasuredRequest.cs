using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>What is remembered of a request until its answer is complete. Kept in a pool, so that a request allocates nothing.</summary>
/// <remarks>
/// A middleware that awaits the rest of the pipeline needs a state machine and a task for every request that suspends. This one goes out of
/// the way: the server itself calls back when the answer is complete, with the status that the client saw. By then the task of the pipeline has
/// ended too, so that its exception is read there.
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
    ApplicationMetrics application = null!;
    HttpContext context = null!;
    EndpointLabels begun = null!;
    Task? answer;
    Exception? thrown;
    long start;

    /// <summary>Runs the rest of the pipeline. Its task and its exceptions pass as they are.</summary>
    public static Task AnswerAsync(IRequestRecorder recorder, ApplicationMetrics application, HttpContext context, RequestDelegate next)
    {
        if (SecondRun.IsUnderWay(context)) return next(context);
        var request = Pool.Get();
        (request.recorder, request.application, request.context) = (recorder, application, context);
        request.begun = EndpointLabels.Of(context.GetEndpoint()); // Now: a handler of errors puts its own in the place.
        context.Response.OnCompleted(OnCompleted, request);
        recorder.Begin(context, request.begun);
        request.start = Stopwatch.GetTimestamp();
        try
        {
            return request.answer = next(context);
        }
        catch (Exception fault)
        {
            request.thrown = fault;
            throw;
        }
    }

    void End()
    {
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds; // Monotonic: a clock that jumps changes nothing.
        var answered = EndpointLabels.Of(context, begun);
        recorder.End(context, begun);
        if (answered.IsTimed) recorder.Record(context, answered, seconds);
        if (Unhandled() is { } fault && !GoneClient.IsCauseOf(fault, context)) application.ApiError(fault.GetType().Name, answered.Route);
        (recorder, application, context, begun, answer, thrown) = (null!, null!, null!, null!, null, null);
        Pool.Return(this);
    }

    /// <summary>What nothing in the application has caught, but for a handler of last resort: <c>UseExceptionHandler</c>, the page for developers, or the server.</summary>
    Exception? Unhandled() => answer switch
    {
        null => thrown,
        { IsFaulted: true } => answer.Exception.InnerException,
        { IsCanceled: true } => context.RequestAborted.IsCancellationRequested ? null : ReasonOf(answer),
        // A look at the features costs more than the rest of the measurement: only where something went wrong.
        _ when context.Response.StatusCode >= 400 => context.Features.Get<IExceptionHandlerFeature>()?.Error,
        _ => null,
    };

    /// <summary>A cancelled task hands its exception over only by throwing it.</summary>
    static OperationCanceledException? ReasonOf(Task cancelled)
    {
        try
        {
            cancelled.GetAwaiter().GetResult();
            return null;
        }
        catch (OperationCanceledException reason)
        {
            return reason;
        }
    }
}
