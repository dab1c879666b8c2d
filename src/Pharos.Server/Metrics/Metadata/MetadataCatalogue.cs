using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Metadata;

/// <summary>Type, help and unit of metric families as clients pushed them. What targets expose is kept with the target.</summary>
/// <remarks>
/// <para>Limits: <see cref="MaxFamilies"/> families with <see cref="MaxVariants"/> variants each and <see cref="MaxTextLength"/> characters a text;
/// what is beyond is dropped and counted. Variants exist because two programs may describe one family differently; both are shown.</para>
/// <para>Threads: all members are safe. Lifetime: memory only; senders repeat metadata every minute.</para>
/// </remarks>
sealed class MetadataCatalogue
{
    public const int MaxFamilies = 50_000;
    public const int MaxVariants = 8;
    public const int MaxTextLength = 2_048;

    readonly Lock gate = new();
    readonly Dictionary<string, MetricMetadata[]> families = new(StringComparer.Ordinal);

    /// <summary>Entries that found no room.</summary>
    public long Dropped { get; private set; }

    public void Put(string family, MetricMetadata metadata)
    {
        lock (gate)
        {
            if (!families.TryGetValue(family, out var variants))
            {
                if (families.Count >= MaxFamilies || IsTooLong(family, metadata)) Dropped++;
                else families.Add(family, [metadata]);
                return;
            }
            if (variants.Contains(metadata)) return;
            if (variants.Length >= MaxVariants || IsTooLong(family, metadata)) Dropped++;
            else families[family] = [.. variants, metadata];
        }
    }

    /// <summary>The variants of one family; empty when nothing is known.</summary>
    public IReadOnlyList<MetricMetadata> Of(string family)
    {
        lock (gate) return families.TryGetValue(family, out var variants) ? variants : [];
    }

    /// <summary>A copy of everything, for a listing.</summary>
    public IReadOnlyList<KeyValuePair<string, MetricMetadata[]>> All()
    {
        lock (gate) return [.. families];
    }

    static bool IsTooLong(string family, MetricMetadata metadata) =>
        family.Length > MaxTextLength || metadata.Help.Length > MaxTextLength || metadata.Unit.Length > MaxTextLength;
}
