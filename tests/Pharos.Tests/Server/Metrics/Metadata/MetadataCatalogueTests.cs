using Pharos.Model.Samples;
using Pharos.Server.Metrics.Metadata;

namespace Pharos.Tests.Server.Metrics.Metadata;

public sealed class MetadataCatalogueTests
{
    static readonly MetricMetadata Gauge = new(MetricKind.Gauge, "help", "");

    [Fact]
    public void Two_descriptions_of_one_family_are_both_kept_and_each_once()
    {
        var catalogue = new MetadataCatalogue();
        catalogue.Put("up", Gauge);
        catalogue.Put("up", Gauge with { });
        catalogue.Put("up", Gauge with { Help = "other" });

        Assert.Equal([Gauge, Gauge with { Help = "other" }], catalogue.Of("up"));
    }

    [Fact]
    public void What_is_beyond_the_bounds_is_dropped_and_counted()
    {
        var catalogue = new MetadataCatalogue();
        for (var i = 0; i < MetadataCatalogue.MaxFamilies + 3; i++) catalogue.Put($"m{i}", Gauge);
        for (var i = 0; i < MetadataCatalogue.MaxVariants + 2; i++) catalogue.Put("m0", Gauge with { Help = $"{i}" });
        catalogue.Put("m1", Gauge with { Help = new string('x', MetadataCatalogue.MaxTextLength + 1) });

        Assert.Equal(3 + 3 + 1, catalogue.Dropped);
        Assert.Equal(MetadataCatalogue.MaxFamilies, catalogue.All().Count);
    }
}
