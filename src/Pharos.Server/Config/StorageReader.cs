using System.Globalization;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Config;

/// <summary>Reads the <c>storage</c> section.</summary>
static class StorageReader
{
    public static StorageConfig Read(YamlSection? section)
    {
        if (section is null) return new();
        var exemplars = section.Section("exemplars");
        var config = ReadTsdb(section.Section("tsdb")) with
        {
            MaxExemplars = exemplars is not null && exemplars.Has("max_exemplars") ? (int)exemplars.Integer("max_exemplars", 0, int.MinValue, int.MaxValue) : null,
        };
        exemplars?.Close();
        section.Close();
        return config;
    }

    static StorageConfig ReadTsdb(YamlSection? section)
    {
        if (section is null) return new();
        var retention = section.Section("retention");
        var config = new StorageConfig
        {
            OutOfOrderTimeWindow = section.Duration("out_of_order_time_window"),
            RetentionTime = retention?.Duration("time"),
            RetentionSizeBytes = retention?.SizeBytes("size"),
            RetentionPercentage = retention is not null && retention.Has("percentage") ? ReadPercentage(retention) : null,
        };
        retention?.NotSupported("percentage");
        retention?.Close();
        if (section.Has("stale_series_compaction_threshold"))
        {
            if (section.Number("stale_series_compaction_threshold", 0) is < 0 or > 1) section.Error("stale_series_compaction_threshold", "is out of range; write a share from 0 to 1");
            section.DoesNothing("stale_series_compaction_threshold", "stale series cost next to nothing and leave the memory by themselves");
        }
        if (section.Section("chunk_encoding") is { } encoding)
        {
            encoding.OneOf("floats", "xor", "xor2");
            encoding.DoesNothing("floats", "the store has its own encodings");
            encoding.Close();
        }
        section.Close();
        return config;
    }

    static double? ReadPercentage(YamlSection retention)
    {
        var percentage = retention.Number("percentage", 0);
        if (percentage is >= 0 and <= 100) return percentage;
        retention.Error("percentage", string.Create(CultureInfo.InvariantCulture, $"{percentage} is out of range; write a number from 0 to 100"));
        return null;
    }
}
