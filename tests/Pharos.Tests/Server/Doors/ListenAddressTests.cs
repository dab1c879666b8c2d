using System.Net;
using System.Net.Sockets;
using Pharos.Server.Doors;
using Pharos.Server.Hosting;

namespace Pharos.Tests.Server.Doors;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData(":9090", "", 9090, false)]
    [InlineData("0.0.0.0:9090", "0.0.0.0", 9090, false)]
    [InlineData("127.0.0.1:1", "127.0.0.1", 1, true)]
    [InlineData("localhost:0", "localhost", 0, true)]
    [InlineData("[::1]:9090", "::1", 9090, true)]
    [InlineData("[::]:9090", "::", 9090, false)]
    [InlineData("host.example:80", "host.example", 80, false)]
    public void An_address_is_read(string text, string host, int port, bool isLoopback)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal((host, port, isLoopback), (address.Host, address.Port, address.IsLoopback));
        Assert.True(ListenAddress.TryParse(address.ToString(), out var again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("9090")]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData("host:x")]
    [InlineData("host:-1")]
    [InlineData("host:65536")]
    [InlineData("::1:9090")]
    [InlineData("http://host:9090")]
    [InlineData("a b:1")]
    public void What_is_no_address_is_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Fact]
    public void The_process_that_holds_a_port_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var owner = PortOwner.Find(((IPEndPoint)listener.LocalEndpoint).Port);

        Assert.EndsWith($"(process {Environment.ProcessId})", owner);
        Assert.Null(PortOwner.Find(1));
    }
}
