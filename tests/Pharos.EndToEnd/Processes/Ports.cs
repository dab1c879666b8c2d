using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pharos.EndToEnd.Processes;

/// <summary>Ports for programs that are told theirs on the command line.</summary>
/// <remarks>
/// <para>A port that the system chose, and that was closed again, is soon the near end of some connection. So these lie below the range that the system
/// chooses from; only what was set to such a port can hold it, and that is looked for.</para>
/// <para>Threads: safe for all. Two runs of the tests at once begin at different places.</para>
/// </remarks>
static class Ports
{
    const int First = 10_000;

    static readonly int End = FirstOfSystem();
    static int last = Environment.ProcessId * 131;

    public static int Next()
    {
        if (End - First < 1_000) return ChosenBySystem(); // Somebody has given the system nearly all ports.
        while (true)
        {
            var port = First + ((Interlocked.Increment(ref last) & int.MaxValue) % (End - First));
            if (IsFree(port)) return port;
        }
    }

    static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static int ChosenBySystem()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Linux tells the range of ports that it chooses from, such as "32768 60999"; the registered use of numbers lets it begin at 49152 elsewhere.</summary>
    static int FirstOfSystem()
    {
        const string path = "/proc/sys/net/ipv4/ip_local_port_range";
        if (!File.Exists(path)) return 49_152;
        return int.Parse(File.ReadAllText(path).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
    }
}
