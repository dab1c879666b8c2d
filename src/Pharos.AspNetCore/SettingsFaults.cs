using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pharos.AspNetCore;

/// <summary>Tells what was wrong in the configuration, one warning each, when the service starts.</summary>
/// <remarks>A service whose monitoring is set up wrongly must start all the same: what is malformed or unknown is left out, and what stood before holds.</remarks>
sealed partial class SettingsFaults(PharosOptions options, ILogger<PharosOptions> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var fault in options.Faults) Found(logger, fault);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "Setting left out: {Fault}")]
    static partial void Found(ILogger logger, string fault);
}
