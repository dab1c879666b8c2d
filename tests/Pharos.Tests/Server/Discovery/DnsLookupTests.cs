using System.Net;
using Pharos.Server.Discovery;
using Pharos.Server.Discovery.Dns;

namespace Pharos.Tests.Server.Discovery;

public sealed class DnsLookupTests
{
    static readonly byte[] Target = [4, (byte)'m', (byte)'a', (byte)'i', (byte)'l', 1, (byte)'t', 0];

    [Theory]
    [InlineData("A", "10.1.2.3:0")]
    [InlineData("Aaaa", "fd00::1:0")]
    [InlineData("Srv", "mail.t.:443")]
    [InlineData("Mx", "mail.t.:0")]
    [InlineData("Ns", "mail.t.:0")]
    public async Task Each_kind_of_record_names_a_target(string kindName, string expected)
    {
        var kind = Enum.Parse<DnsRecordKind>(kindName);
        byte[] data = kind switch
        {
            DnsRecordKind.A => [10, 1, 2, 3],
            DnsRecordKind.Aaaa => [.. IPAddress.Parse("fd00::1").GetAddressBytes()],
            DnsRecordKind.Srv => [0, 1, 0, 2, 1, 0xbb, .. Target],
            DnsRecordKind.Mx => [0, 10, .. Target],
            _ => Target,
        };
        using var server = new FakeNameServer(question => FakeNameServer.Of(question, 0, data));

        var record = Assert.Single(await new DnsLookup([server.Address], [], 1).LookUpAsync("_x._tcp.t.", kind, Cancellation));

        Assert.Equal(expected, $"{record.Host}:{record.Port}");
    }

    [Fact]
    public async Task The_next_server_is_asked_when_one_is_at_fault_and_the_next_name_when_there_is_none()
    {
        var asked = new List<string>();
        using var broken = new FakeNameServer(question => FakeNameServer.Of(question, 2));
        using var sound = new FakeNameServer(question =>
        {
            var name = FakeNameServer.NameIn(question);
            lock (asked) asked.Add(name);
            return name == "x.b.test." ? FakeNameServer.Of(question, 0, [127, 0, 0, 7]) : FakeNameServer.Of(question, name == "x." ? 0 : 3);
        });
        var lookup = new DnsLookup([broken.Address, sound.Address], ["a.test", "b.test"], 1);

        Assert.Equal("127.0.0.7", Assert.Single(await lookup.LookUpAsync("x", DnsRecordKind.A, Cancellation)).Host);
        Assert.Equal(["x.a.test.", "x.b.test."], asked.Distinct()); // Of a packet that is lost another is sent.

        Assert.Empty(await new DnsLookup([sound.Address], ["a.test"], 1).LookUpAsync("x", DnsRecordKind.A, Cancellation));
        var fault = await Assert.ThrowsAsync<DnsException>(() => new DnsLookup([broken.Address], [], 1).LookUpAsync("x", DnsRecordKind.A, Cancellation));
        Assert.Equal($"server {broken.Address} answered code 2 for x", fault.Message);
        fault = await Assert.ThrowsAsync<DnsException>(() => lookup.LookUpAsync("x..y", DnsRecordKind.A, Cancellation));
        Assert.Equal("\"x..y\" is not a domain name", fault.Message);
    }

    [Fact]
    public async Task A_hostile_answer_is_refused_and_nothing_else()
    {
        using var server = new FakeNameServer(Sound);
        var lookup = new DnsLookup([server.Address], [], 1);
        Assert.Equal("127.0.0.1", Assert.Single(await LookUpAsync()).Host);
        var length = 0;
        server.Answer = question =>
        {
            var answer = Sound(question);
            length = answer.Length;
            answer[length - 15] = (byte)(length - 16); // The name of the record is a pointer to itself.
            return answer;
        };
        await Assert.ThrowsAsync<DnsException>(LookUpAsync);
        for (var cut = 0; cut < length; cut++)
        {
            server.Answer = question => Sound(question)[..cut];
            await Assert.ThrowsAsync<DnsException>(LookUpAsync);
        }
        var random = new Random(9);
        for (var i = 0; i < 200; i++)
        {
            server.Answer = question =>
            {
                var answer = Sound(question);
                answer[random.Next(2, answer.Length)] ^= (byte)(1 << random.Next(8));
                return answer;
            };
            try
            {
                await LookUpAsync();
            }
            catch (DnsException)
            {
                // Refused.
            }
        }

        static byte[] Sound(byte[] question) => FakeNameServer.Of(question, 0, [127, 0, 0, 1]);
        Task<IReadOnlyList<DnsRecord>> LookUpAsync() => lookup.LookUpAsync("a.test", DnsRecordKind.A, Cancellation);
    }

    [Fact]
    public void Search_domains_are_tried_as_resolv_conf_says()
    {
        var lookup = DnsLookup.FromResolvConf(["# comment", "nameserver 10.0.0.1", "search a.test b.test", "options timeout:1 ndots:2"]);

        Assert.Equal(["x.y.a.test", "x.y.b.test", "x.y"], lookup.Candidates("x.y"));
        Assert.Equal(["x.y.z", "x.y.z.a.test", "x.y.z.b.test"], lookup.Candidates("x.y.z"));
        Assert.Equal(["x."], lookup.Candidates("x."));
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
