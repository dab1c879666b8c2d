using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Pharos.Server.Doors;

/// <summary>An address to listen on: <c>host:port</c>, where no host or <c>*</c> means every interface.</summary>
sealed record ListenAddress(string Host, int Port)
{
    public bool IsLoopback => Host == "localhost" || IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address);

    public bool IsEvery => Host is "" or "*" or "0.0.0.0" or "::";

    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535) return false;
        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) return false; // A bare IPv6 address: which colon is the port's?
        if (host.Contains('/', StringComparison.Ordinal) || host.Contains(' ', StringComparison.Ordinal)) return false;
        address = new(host, port);
        return true;
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
