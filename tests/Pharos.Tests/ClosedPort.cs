using System.Net;
using System.Net.Sockets;

namespace Pharos.Tests;

/// <summary>A port of the loopback that refuses connections. It is bound, so that no other test is given it meanwhile, but nobody listens.</summary>
sealed class ClosedPort : IDisposable
{
    readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public void Dispose() => socket.Dispose();
}
