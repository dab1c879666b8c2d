using System.Diagnostics;

namespace Pharos.AspNetCore.Requests;

/// <summary>Sends the id of the request that is being answered on with outgoing requests of any <see cref="HttpClient"/>, beside the headers of the trace.</summary>
/// <remarks>
/// <see cref="RequestIdHandler"/> does the same for clients of the factory, whatever they send with. This one reaches those that are made by hand
/// afterwards, as long as .NET traces their requests: it does wherever anybody logs or traces.
/// </remarks>
sealed class RequestIdPropagator(DistributedContextPropagator inner) : DistributedContextPropagator
{
    static readonly Lock Gate = new();

    public override IReadOnlyCollection<string> Fields => inner.Fields;

    /// <summary>For the whole process, once: which requests have an id to send on is known by <see cref="RequestScope"/>.</summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (Current is not RequestIdPropagator) Current = new RequestIdPropagator(Current);
        }
    }

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        inner.Inject(activity, carrier, setter);
        if (carrier is HttpRequestMessage request) RequestScope.Current?.Carry(request);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) => inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => inner.ExtractBaggage(carrier, getter);
}
