using Xunit.Sdk;

namespace Pharos.EndToEnd;

/// <summary>A peer that cannot run says why.</summary>
public sealed class PeersTests
{
    [Fact]
    public async Task A_peer_that_ends_at_once_is_told_in_its_own_last_line()
    {
        var failure = await Assert.ThrowsAsync<FailException>(() => Peers.StartAsync("prometheus", "http://127.0.0.1:1/-/ready", "--no-such-flag"));

        Assert.Equal("prometheus ended with code 1 before http://127.0.0.1:1/-/ready answered: prometheus: error: unknown long flag '--no-such-flag'", failure.Message.Split('\n')[0]);
    }
}
