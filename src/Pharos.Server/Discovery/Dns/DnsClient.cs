using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Pharos.Server.Discovery.Dns;

/// <summary>Asks the name servers of the system for records that the runtime's resolver cannot give: SRV, MX, NS; and A, AAAA in the same way.</summary>
/// <remarks>UDP first, TCP when the answer is cut; each server is tried in turn. Source: resolv.conf(5); RFC 1035; RFC 7766.</remarks>
sealed class DnsClient(IReadOnlyList<IPEndPoint> servers, IReadOnlyList<string> searchDomains, int dots)
{
    static readonly TimeSpan PerServer = TimeSpan.FromSeconds(5);

    /// <summary>With the servers and search domains of <c>/etc/resolv.conf</c>.</summary>
    public static DnsClient OfSystem()
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

    internal static DnsClient FromResolvConf(IEnumerable<string> lines)
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
                    servers.Add(new(address, 53));
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
        return new(servers.Count > 0 ? servers : [new(IPAddress.Loopback, 53)], search, dots);
    }

    /// <summary>The records of a name, tried with the search domains. Empty: all servers agree that there are none.</summary>
    /// <exception cref="DnsException">No server gave a usable answer.</exception>
    public async Task<IReadOnlyList<DnsRecord>> LookUpAsync(string name, DnsRecordKind kind, CancellationToken cancellation)
    {
        DnsException? failure = null;
        foreach (var candidate in Candidates(name))
        {
            foreach (var server in servers)
            {
                try
                {
                    var answer = await AskAsync(server, candidate, kind, cancellation).ConfigureAwait(false);
                    if (answer.Code == (int)DnsMessage.AnswerCode.NoError && answer.Records.Count > 0) return answer.Records;
                    if (answer.Code is (int)DnsMessage.AnswerCode.NoError or (int)DnsMessage.AnswerCode.NameError) break;
                    failure = new($"server {server} answered code {answer.Code} for {candidate}");
                }
                catch (Exception error) when (!cancellation.IsCancellationRequested && error is SocketException or IOException or OperationCanceledException or DnsException)
                {
                    failure = new(error is OperationCanceledException ? $"server {server} did not answer" : $"server {server}: {error.Message}");
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

    static async Task<DnsMessage.Answer> AskAsync(IPEndPoint server, string name, DnsRecordKind kind, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(PerServer);
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var question = DnsMessage.Question(id, name, kind);
        var answer = DnsMessage.Read(await AskByUdpAsync(server, question, deadline.Token).ConfigureAwait(false), id, kind);
        return answer.IsTruncated ? DnsMessage.Read(await AskByTcpAsync(server, question, deadline.Token).ConfigureAwait(false), id, kind) : answer;
    }

    static async Task<byte[]> AskByUdpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
        await socket.SendAsync(question, cancellation).ConfigureAwait(false);
        var buffer = new byte[DnsMessage.MaxUdpBytes];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
            // A late answer to an older question of this port, or a forged one, is waited past.
            if (length >= 2 && buffer.AsSpan(0, 2).SequenceEqual(question.AsSpan(0, 2))) return buffer[..length];
        }
    }

    static async Task<byte[]> AskByTcpAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
        await using var stream = new NetworkStream(socket);
        var framed = new byte[question.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
        question.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellation).ConfigureAwait(false);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellation).ConfigureAwait(false);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
        return answer;
    }
}
