using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Server.Doors;

namespace Pharos.Tests.Server.Doors;

/// <summary>A table of doors for one room or handler, with limits that no test meets.</summary>
static class SomeDoors
{
    public static readonly DoorLimits Limits = new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2), TimeProvider.System);

    public static DoorTable On(IEndpointRouteBuilder web, ILogger<DoorTable>? logger = null) => new(web, new(""), Limits, logger ?? NullLogger<DoorTable>.Instance);
}
