namespace Pharos.Server.Doors;

/// <summary>How long a client may take to send its question and to take its answer. Who is slower is cut, so that he holds nothing for long.</summary>
/// <param name="bodyTime">A body must come whole within it: <c>--web.read-timeout</c>, as in Prometheus.</param>
/// <param name="answerTime">An answer must be taken within it: <c>--query.timeout</c>.</param>
/// <remarks>Beside them the web server asks for a least rate; that alone lets a body of some MB trickle in for days. Threads: safe for all.</remarks>
sealed class DoorLimits(TimeSpan bodyTime, TimeSpan answerTime, TimeProvider time)
{
    /// <summary>How long an answer may take from when its client has first to be waited for.</summary>
    public TimeSpan AnswerTime => answerTime;

    public TimeProvider Time => time;

    /// <summary>Reads a body; what reads it gets the token that ends it.</summary>
    /// <exception cref="BadHttpRequestException">It did not come whole in time (408).</exception>
    public async Task<T> ReadBodyAsync<T>(HttpContext context, Func<CancellationToken, Task<T>> read)
    {
        using var late = new CancellationTokenSource(bodyTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            return await read(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close"; // Else the rest of the body would be waited for.
            throw new BadHttpRequestException($"the body did not come whole within {bodyTime.TotalSeconds:0.###} s", StatusCodes.Status408RequestTimeout);
        }
    }
}
