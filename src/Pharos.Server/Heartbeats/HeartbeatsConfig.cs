using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.HttpClients;
using Pharos.Server.Notifying;

namespace Pharos.Server.Heartbeats;

/// <summary>The sections <c>heartbeats</c> and <c>drills</c> of pharos.yml: signs of life that are sent, and that are expected; and when the ways of alerts are tried.</summary>
sealed record HeartbeatsConfig : ISettings<HeartbeatsConfig>
{
    public static HeartbeatsConfig Default { get; } = new();

    /// <summary>More would make a page nobody reads, and a metric of each.</summary>
    const int MostExpected = 1_000;

    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public IReadOnlyList<SentHeartbeatConfig> Send { get; init; } = [];

    public IReadOnlyList<ExpectedHeartbeatConfig> Expect { get; init; } = [];

    /// <summary>Null: no fire drills are held.</summary>
    public DrillConfig? Drills { get; init; }

    public static HeartbeatsConfig Read(YamlSection? section)
    {
        if (section is null) return Default;
        var config = new HeartbeatsConfig
        {
            Send = [.. section.Sections("send", "heartbeat").Select(ReadSent)],
            Expect = ReadExpected(section),
        };
        section.Close();
        return config;
    }

    static SentHeartbeatConfig ReadSent(YamlSection section)
    {
        var url = ReceiverReading.SecretUrl(section, "url", "url_file");
        if (url is null && !section.IsBroken) section.Error("url is missing; write the address to call, or url_file");
        var config = new SentHeartbeatConfig
        {
            Url = url ?? Secret.Unavailable("no url"),
            Every = Every(section) ?? TimeSpan.FromMinutes(1),
            IsPost = section.OneOf("method", "GET", "POST") == "POST",
            Http = section.Section("http_config") is { } http ? ReceiverReading.ReadHttp(http) : HttpClientConfig.Default,
        };
        section.Close();
        return config;
    }

    static IReadOnlyList<ExpectedHeartbeatConfig> ReadExpected(YamlSection root)
    {
        var expected = new List<ExpectedHeartbeatConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in root.Sections("expect", "heartbeat"))
        {
            var name = section.Text("name", "");
            if (!section.IsBroken && !IsName(name)) section.Error("name", name.Length == 0 ? "is missing; write the name that the job calls" : $"\"{name}\" cannot stand in an address; use letters, digits, \"-\", \"_\" and \".\"");
            else if (!names.Add(name)) section.Error("name", $"\"{name}\" is the name of another heartbeat already; rename one");
            var every = Every(section);
            if (every is null && !section.Has("every") && !section.IsBroken) section.Error("every is missing; write how often it comes, such as 1h");
            var config = new ExpectedHeartbeatConfig
            {
                Name = name,
                Every = every ?? TimeSpan.FromMinutes(1),
                Grace = section.Duration("grace") ?? (every ?? TimeSpan.FromMinutes(1)) / 4,
                Labels = section.Labels("labels"),
                Annotations = section.Labels("annotations"),
            };
            foreach (var own in (string[])["alertname", "heartbeat"])
            {
                if (config.Labels[own].Length > 0) section.Error("labels", $"{own} is set by Pharos itself; remove it");
            }
            expected.Add(config);
            section.Close();
        }
        if (expected.Count > MostExpected) root.Error("expect", $"holds {expected.Count} heartbeats; write at most {MostExpected}");
        return expected;
    }

    static TimeSpan? Every(YamlSection section)
    {
        if (section.Duration("every") is not { } every) return null;
        if (every >= Shortest && every <= Longest) return every;
        section.Error("every", "is out of range; write a duration from 1s to 366d");
        return null;
    }

    static bool IsName(string name) => name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}

/// <summary>A sign of life that is sent: somebody else raises the alarm when it stays away.</summary>
sealed record SentHeartbeatConfig
{
    /// <summary>A secret: whoever knows it can keep the alarm quiet.</summary>
    public required Secret Url { get; init; }

    public required TimeSpan Every { get; init; }

    public required bool IsPost { get; init; }

    public required HttpClientConfig Http { get; init; }
}

/// <summary>A sign of life that a job gives; when it stays away an alert fires.</summary>
sealed record ExpectedHeartbeatConfig
{
    public required string Name { get; init; }

    public required TimeSpan Every { get; init; }

    /// <summary>How late one may be; a quarter of <see cref="Every"/> where nothing is written.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>Added to the alert's.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    public LabelSet Annotations { get; init; } = LabelSet.Empty;
}
