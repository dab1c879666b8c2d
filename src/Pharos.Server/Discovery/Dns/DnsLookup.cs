using System.Globalization;
using System.Net;
using DnsClient;

namespace Pharos.Server.Discovery.Dns;

/// <summary>Asks the name servers of the system for records that the runtime's resolver cannot give: SRV, MX, NS; and A, AAAA in the same way.</summary>
/// <remarks>DnsClient.NET asks (UDP first, TCP when the answer is cut); here stand which names and servers are tried in which order, which it does not
/// take from resolv.conf. Source: resolv.conf(5).</remarks>
sealed class DnsLookup(IReadOnlyList<IPEndPoint> servers, IReadOnlyList<string> searchDomains, int dots)
{
    readonly LookupClient client = new(new LookupClientOptions([.. servers.Select(server => new NameServer(server))])
    {
        UseCache = false, // The refresh interval says how old an answer may be.
        Timeout = TimeSpan.FromSeconds(2.5),
        Retries = 1, // Of each server; a packet may be lost.
        ThrowDnsErrors = false,
    });

    /// <summary>With the servers and search domains of <c>/etc/resolv.conf</c>.</summary>
    public static DnsLookup OfSystem()
    {
        try
        {
            return FromResolvConf(File.ReadAllLines("/etc/resolv.conf"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return FromResolvConf([]);
        }
    }

    internal static DnsLookup FromResolvConf(IEnumerable<string> lines)
    {
        var servers = new List<IPEndPoint>();
        string[] search = [];
        var dots = 1;
        foreach (var line in lines)
        {
            var words = line.Split('#', ';')[0].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2) continue;
            switch (words[0])
            {
                case "nameserver" when IPAddress.TryParse(words[1], out var address):
                    servers.Add(new(address, NameServer.DefaultPort));
                    break;
                case "search" or "domain":
                    search = words[1..];
                    break;
                case "options":
                    foreach (var option in words[1..])
                    {
                        if (option.StartsWith("ndots:", StringComparison.Ordinal) && int.TryParse(option.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)) dots = wanted;
                    }
                    break;
            }
        }
        return new(servers.Count > 0 ? servers : [new(IPAddress.Loopback, NameServer.DefaultPort)], search, dots);
    }

    /// <summary>The records of a name, tried with the search domains. Empty: all servers agree that there are none.</summary>
    /// <exception cref="DnsException">No server gave a usable answer.</exception>
    public async Task<IReadOnlyList<DnsRecord>> LookUpAsync(string name, DnsRecordKind kind, CancellationToken cancellation)
    {
        DnsException? failure = null;
        foreach (var candidate in Candidates(name))
        {
            var question = QuestionOf(candidate, kind);
            foreach (var server in servers)
            {
                try
                {
                    var answer = await client.QueryServerAsync([new NameServer(server)], question, cancellation).ConfigureAwait(false);
                    var records = RecordsOf(answer, kind);
                    if (!answer.HasError && records.Count > 0) return records;
                    if (!answer.HasError || answer.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain) break;
                    failure = new($"server {server} answered code {(int)answer.Header.ResponseCode} for {candidate}");
                }
                catch (DnsResponseException error) when (error.Code == DnsResponseCode.ConnectionTimeout && !cancellation.IsCancellationRequested)
                {
                    failure = new($"server {server} did not answer");
                }
                catch (Exception error) when (!cancellation.IsCancellationRequested) // Whatever a crafted answer makes of the library's reader.
                {
                    failure = new($"server {server}: {(error.InnerException ?? error).Message}");
                }
            }
        }
        return failure is null ? [] : throw failure;
    }

    /// <summary>The name itself first when it has dots enough or ends in one, else last.</summary>
    internal IEnumerable<string> Candidates(string name)
    {
        if (name.EndsWith('.')) return [name];
        var searched = searchDomains.Select(domain => $"{name}.{domain}");
        return name.Count(one => one == '.') >= dots ? searched.Prepend(name) : searched.Append(name);
    }

    static DnsQuestion QuestionOf(string name, DnsRecordKind kind)
    {
        if (name.TrimEnd('.').Split('.').Contains("")) throw NoName(name);
        try
        {
            return new(name, TypeOf(kind));
        }
        catch (ArgumentException)
        {
            throw NoName(name);
        }
    }

    static DnsException NoName(string name) => new($"\"{name}\" is not a domain name");

    static IReadOnlyList<DnsRecord> RecordsOf(IDnsQueryResponse answer, DnsRecordKind kind) => kind switch
    {
        DnsRecordKind.A => [.. answer.Answers.ARecords().Select(record => new DnsRecord(record.Address.ToString(), 0))],
        DnsRecordKind.Aaaa => [.. answer.Answers.AaaaRecords().Select(record => new DnsRecord(record.Address.ToString(), 0))],
        DnsRecordKind.Srv => [.. answer.Answers.SrvRecords().Select(record => new DnsRecord(record.Target.Value, record.Port))],
        DnsRecordKind.Mx => [.. answer.Answers.MxRecords().Select(record => new DnsRecord(record.Exchange.Value, 0))],
        _ => [.. answer.Answers.NsRecords().Select(record => new DnsRecord(record.NSDName.Value, 0))],
    };

    static QueryType TypeOf(DnsRecordKind kind) => kind switch
    {
        DnsRecordKind.A => QueryType.A,
        DnsRecordKind.Aaaa => QueryType.AAAA,
        DnsRecordKind.Mx => QueryType.MX,
        DnsRecordKind.Ns => QueryType.NS,
        _ => QueryType.SRV,
    };
}
