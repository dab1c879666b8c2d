using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Pharos.AspNetCore.Requests;

/// <summary>Knows when a request comes by a second time: a handler of errors that stands before <c>UsePharos</c> runs the pipeline again to make its page.</summary>
/// <remarks>It is the same request, which has its id, line, measurement and span already. Asked on the way in only: a handler that stands behind leaves the same marks on the way out.</remarks>
static class SecondRun
{
    public static bool IsUnderWay(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>() is not null || context.Features.Get<IStatusCodeReExecuteFeature>() is not null;
}
