namespace Pharos.Server.Discovery;

/// <summary>Kinds of DNS records that name targets.</summary>
enum DnsRecordKind
{
    Srv,
    A,
    Aaaa,
    Mx,
    Ns,
}

/// <summary>Targets by DNS look-up.</summary>
sealed record DnsSdConfig
{
    /// <summary>At least one.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    public DnsRecordKind Kind { get; init; } = DnsRecordKind.Srv;

    /// <summary>0 to 65535; for SRV the record's own port is used instead.</summary>
    public int Port { get; init; }

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(30);
}
