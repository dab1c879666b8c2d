namespace Pharos.Server.Discovery.Dns;

/// <summary>One record of an answer that names a target.</summary>
/// <param name="Host">An address, or a name with its final dot.</param>
/// <param name="Port">Of SRV records; else 0.</param>
sealed record DnsRecord(string Host, int Port);

/// <summary>A look-up failed; the message says how.</summary>
sealed class DnsException(string message) : Exception(message);
