using System.Globalization;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Text;

namespace Pharos.Server.Store;

/// <summary>Reads the <c>storage</c> section.</summary>
sealed class StoragePart : IConfigPart
{
    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file)
    {
        if (file.Root.Section("storage") is { } section) file.Add(Read(section));
    }

    public void Print(Configuration configuration, YamlWriter yaml)
    {
        var storage = configuration.Of<StorageConfig>();
        if (storage.OutOfOrderTimeWindow is null && storage.RetentionTime is null && storage.RetentionSizeBytes is null && storage.RetentionPercentage is null) return;
        yaml.Mapping("storage", () =>
        {
            yaml.Mapping("tsdb", () =>
            {
                if (storage.OutOfOrderTimeWindow is { } window) yaml.Value("out_of_order_time_window", window);
                yaml.Mapping("retention", () =>
                {
                    if (storage.RetentionTime is { } time) yaml.Value("time", time);
                    if (storage.RetentionSizeBytes is { } size) yaml.Value("size", ByteSize.Format(size));
                    if (storage.RetentionPercentage is { } percentage) yaml.Value("percentage", percentage);
                });
            });
            if (storage.MaxExemplars is { } exemplars) yaml.Mapping("exemplars", () => yaml.Value("max_exemplars", exemplars));
        });
    }

    static StorageConfig Read(YamlSection section)
    {
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
