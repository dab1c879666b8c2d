using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Pagerduty;

/// <summary>An item of <c>pagerduty_configs</c>. All texts are templates.</summary>
sealed record PagerdutyConfig : IntegrationConfig
{
    /// <summary>Key of the Events API v1, which is used when it is given; else <see cref="RoutingKey"/> is.</summary>
    public Secret? ServiceKey { get; init; }

    public Secret? RoutingKey { get; init; }

    public required string Url { get; init; }

    public required HttpClientConfig Http { get; init; }

    public string Client { get; init; } = "";

    public string ClientUrl { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>Names with values as <see cref="TemplatedFields"/> keeps them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    public IReadOnlyList<PagerdutyImage> Images { get; init; } = [];

    public IReadOnlyList<PagerdutyLink> Links { get; init; } = [];

    public string Source { get; init; } = "";

    public string Severity { get; init; } = "";

    public string Class { get; init; } = "";

    public string Component { get; init; } = "";

    public string Group { get; init; } = "";

    public TimeSpan? Timeout { get; init; }

    /// <summary>PagerDuty refuses an event without one.</summary>
    public const string DefaultSeverity = "error";

    public static readonly KeyValuePair<string, string>[] DefaultDetails =
    [
        new("firing", TemplatedFields.Template("{{ .Alerts.Firing | toJson }}")),
        new("resolved", TemplatedFields.Template("{{ .Alerts.Resolved | toJson }}")),
        new("num_firing", TemplatedFields.Template("{{ .Alerts.Firing | len }}")),
        new("num_resolved", TemplatedFields.Template("{{ .Alerts.Resolved | len }}")),
    ];

    public static PagerdutyConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var service = ReceiverReading.SecretOrFile(section, "service_key", "service_key_file");
        var routing = ReceiverReading.SecretOrFile(section, "routing_key", "routing_key_file");
        if (service is null && routing is null && !section.IsBroken) section.Error("has neither a routing_key (Events API v2) nor a service_key (v1); write one of them");
        if (service is not null && routing is not null) section.Warn("service_key", "routing_key is written, too; this one is used; keep one");
        const string v1 = "https://events.pagerduty.com/generic/2010-04-15/create_event.json";
        var client = section.Text("client", "{{ template \"pagerduty.default.client\" . }}");
        var written = TemplatedFields.Read(section, "details");
        var config = new PagerdutyConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(service, routing),
            ServiceKey = service,
            RoutingKey = routing,
            Url = ReceiverReading.Url(section, "url")?.ToString() ?? (service is not null ? v1 : global.PagerdutyUrl),
            Http = ReceiverReading.Http(section, global),
            Client = client,
            ClientUrl = section.Text("client_url", "{{ template \"pagerduty.default.clientURL\" . }}"),
            Description = section.Text("description", "{{ template \"pagerduty.default.description\" .}}"),
            Details = [.. DefaultDetails.Where(detail => written.All(own => own.Key != detail.Key)), .. written],
            Images = [.. section.Sections("images", "image").Select(ReadImage)],
            Links = [.. section.Sections("links", "link").Select(ReadLink)],
            Source = section.Text("source") is { Length: > 0 } source ? source : client,
            Severity = section.Text("severity") is { Length: > 0 } severity ? severity : DefaultSeverity,
            Class = section.Text("class", ""),
            Component = section.Text("component", ""),
            Group = section.Text("group", ""),
            Timeout = ReceiverReading.Timeout(section),
        };
        section.Close();
        return config;
    }

    static PagerdutyImage ReadImage(YamlSection section)
    {
        var image = new PagerdutyImage(section.Text("src", ""), section.Text("alt", ""), section.Text("href", ""));
        section.Close();
        return image;
    }

    static PagerdutyLink ReadLink(YamlSection section)
    {
        var link = new PagerdutyLink(section.Text("href", ""), section.Text("text", ""));
        section.Close();
        return link;
    }
}

sealed record PagerdutyImage(string Source, string Alternative, string Href);

sealed record PagerdutyLink(string Href, string Text);
