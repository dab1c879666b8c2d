using System.Diagnostics.Metrics;

namespace Pharos.Bench.Application;

/// <summary>Makes meters that only one listener shall hear.</summary>
sealed class BenchMeters : IMeterFactory
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
