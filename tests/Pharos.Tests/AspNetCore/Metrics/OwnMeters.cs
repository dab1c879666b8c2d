using System.Diagnostics.Metrics;

namespace Pharos.Tests.AspNetCore.Metrics;

/// <summary>Makes meters that only the collector of the same test hears; those of tests beside it pass them by.</summary>
sealed class OwnMeters : IMeterFactory
{
    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return new(options);
    }

    public void Dispose()
    {
    }
}
