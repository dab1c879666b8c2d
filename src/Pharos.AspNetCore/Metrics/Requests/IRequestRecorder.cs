using Microsoft.AspNetCore.Http;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>Records requests under the names of one convention.</summary>
interface IRequestRecorder
{
    /// <param name="begun">The endpoint as it was known when the request came in; unmatched when routing comes later.</param>
    void Begin(HttpContext context, EndpointLabels begun);

    /// <param name="begun">That of <see cref="Begin"/>, so that what was added there is taken back from the same series.</param>
    void End(HttpContext context, EndpointLabels begun);

    /// <param name="answered">The endpoint that the request is counted for.</param>
    void Record(HttpContext context, EndpointLabels answered, double seconds);
}
