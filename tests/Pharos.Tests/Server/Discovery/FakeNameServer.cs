using System.Net;
using System.Net.Sockets;

namespace Pharos.Tests.Server.Discovery;

/// <summary>A name server on 127.0.0.1 that answers by UDP what it is told, and hangs up on whoever comes by TCP.</summary>
sealed class FakeNameServer : IDisposable
{
    /// <summary>Bytes of id, flags and counts, before the question.</summary>
    public const int HeaderBytes = 12;

    readonly UdpClient udp;
    readonly TcpListener tcp;

    public FakeNameServer(Func<byte[], byte[]> answer)
    {
        Answer = answer;
        (udp, tcp) = OnePort();
        _ = Task.Run(() => UntilDisposedAsync(async () =>
        {
            var question = await udp.ReceiveAsync();
            await udp.SendAsync(Answer(question.Buffer), question.RemoteEndPoint);
        }));
        _ = Task.Run(() => UntilDisposedAsync(async () => (await tcp.AcceptTcpClientAsync()).Dispose()));
    }

    public Func<byte[], byte[]> Answer { get; set; }

    public IPEndPoint Address => (IPEndPoint)tcp.LocalEndpoint;

    /// <summary>The name that is asked for, with its final dot.</summary>
    public static string NameIn(byte[] question)
    {
        var name = "";
        for (var at = HeaderBytes; question[at] != 0; at += question[at] + 1) name += $"{string.Concat(question[(at + 1)..(at + 1 + question[at])].Select(letter => (char)letter))}.";
        return name;
    }

    /// <summary>An answer to the question: code 0 (no error), 2 (the server is at fault) or 3 (no such name), and the data of each record.</summary>
    public static byte[] Of(byte[] question, int code, params byte[][] records)
    {
        var end = HeaderBytes + NameIn(question).Length + 1; // Lengths instead of dots, and the root.
        byte[] type = question[end..(end + 2)];
        byte[] answer = [question[0], question[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)records.Length, 0, 0, 0, 0, .. question[HeaderBytes..(end + 4)]];
        foreach (var data in records) answer = [.. answer, 0xc0, HeaderBytes, .. type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data];
        return answer;
    }

    /// <summary>UDP and TCP at the same number, which may be free for the one and taken for the other.</summary>
    public static (UdpClient Udp, TcpListener Tcp) OnePort()
    {
        while (true)
        {
            var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.Client.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    public void Dispose()
    {
        udp.Dispose();
        tcp.Dispose();
    }

    static async Task UntilDisposedAsync(Func<Task> serve)
    {
        try
        {
            while (true) await serve();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
