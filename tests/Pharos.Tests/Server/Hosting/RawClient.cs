using System.Net.Sockets;
using System.Text;

namespace Pharos.Tests.Server.Hosting;

/// <summary>A client that speaks HTTP by hand, so that it can be as slow as a test wants: it reads and sends only what it is told to.</summary>
sealed class RawClient : IDisposable
{
    /// <summary>Little, so that the server has to wait for this client early.</summary>
    const int ReceiveBytes = 2_048;

    readonly TcpClient tcp = new() { ReceiveBufferSize = ReceiveBytes, NoDelay = true };

    public static async Task<RawClient> SendAsync(Uri address, string head, byte[]? body = null)
    {
        var client = new RawClient();
        await client.tcp.ConnectAsync(address.Host, address.Port);
        await client.SendAsync(Encoding.ASCII.GetBytes($"{head}\r\nHost: {address.Authority}\r\n\r\n"));
        if (body is not null) await client.SendAsync(body);
        return client;
    }

    public async Task SendAsync(byte[] bytes) => await tcp.GetStream().WriteAsync(bytes);

    /// <summary>What has come, up to that many bytes; waits for the first of them. "": the server has ended the connection.</summary>
    public async Task<string> ReadAsync(int bytes = 1_024)
    {
        var buffer = new byte[bytes];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await tcp.GetStream().ReadAsync(buffer));
        }
        catch (IOException)
        {
            return "";
        }
    }

    public void Dispose() => tcp.Dispose();
}
