using System.Globalization;
using Pharos.Model.Labels;

namespace Pharos.Server.Discovery.Dns;

/// <summary>Targets by DNS records, looked up at each refresh interval.</summary>
/// <remarks>Source: Prometheus, configuration, section dns_sd_config.</remarks>
sealed class DnsDiscoverer(DnsSdConfig config, DnsLookup lookup, TimeProvider time, DiscoveryLog log) : IDiscoverer
{
    readonly Dictionary<string, TargetGroup> lastGood = new(StringComparer.Ordinal);

    public async Task RunAsync(Action<IReadOnlyList<TargetGroup>> tell, CancellationToken cancellation)
    {
        while (true)
        {
            tell(await LookAsync(cancellation).ConfigureAwait(false));
            await Task.Delay(config.RefreshInterval, time, cancellation).ConfigureAwait(false);
        }
    }

    internal async Task<IReadOnlyList<TargetGroup>> LookAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(config.Names.Select(name => LookAsync(name, cancellation))).ConfigureAwait(false);
        lock (lastGood) return [.. config.Names.Where(lastGood.ContainsKey).Select(name => lastGood[name])];
    }

    async Task LookAsync(string name, CancellationToken cancellation)
    {
        try
        {
            var records = await lookup.LookUpAsync(name, config.Kind, cancellation).ConfigureAwait(false);
            var group = new TargetGroup(name, LabelSet.Empty, [.. records.Select(record => ToTarget(name, record))]);
            lock (lastGood) lastGood[name] = group;
        }
        catch (DnsException error)
        {
            log.Failed(name, error.Message);
        }
    }

    LabelSet ToTarget(string name, DnsRecord record)
    {
        var port = config.Kind == DnsRecordKind.Srv ? record.Port : config.Port;
        var host = record.Host.TrimEnd('.');
        var address = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        var portText = port.ToString(CultureInfo.InvariantCulture);
        var labels = new List<Label> { new(TargetGroup.Address, $"{address}:{portText}"), new("__meta_dns_name", name) };
        switch (config.Kind)
        {
            case DnsRecordKind.Srv:
                labels.Add(new("__meta_dns_srv_record_target", record.Host));
                labels.Add(new("__meta_dns_srv_record_port", portText));
                break;
            case DnsRecordKind.Mx:
                labels.Add(new("__meta_dns_mx_record_target", record.Host));
                break;
            case DnsRecordKind.Ns:
                labels.Add(new("__meta_dns_ns_record_target", record.Host));
                break;
        }
        return LabelSet.From(labels);
    }
}
