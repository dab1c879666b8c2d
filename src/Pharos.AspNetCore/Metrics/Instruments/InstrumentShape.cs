namespace Pharos.AspNetCore.Metrics.Instruments;

/// <summary>How an instrument is exposed.</summary>
enum InstrumentShape : byte
{
    /// <summary>Measurements are added; only grows.</summary>
    Counter,

    /// <summary>Measurements are added and may be negative; exposed as a gauge.</summary>
    UpDown,

    /// <summary>The newest measurement stands.</summary>
    Gauge,

    Histogram,
}
