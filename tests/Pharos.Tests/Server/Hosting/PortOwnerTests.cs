using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Pharos.Server.Hosting;

namespace Pharos.Tests.Server.Hosting;

public sealed class PortOwnerTests
{
    [Fact]
    public async Task A_busy_process_whose_files_come_and_go_is_found()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells who listens");
        using var ending = new CancellationTokenSource();
        var busy = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ComeAndGo(ending.Token), TestContext.Current.CancellationToken)).ToArray();

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var owners = Enumerable.Range(0, 30).Select(_ => PortOwner.Find(((IPEndPoint)listener.LocalEndpoint).Port)).ToList();

        await ending.CancelAsync();
        await Task.WhenAll(busy);
        var self = $"(process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)})";
        Assert.All(owners, owner => Assert.EndsWith(self, owner ?? "nobody", StringComparison.Ordinal));
    }

    static void ComeAndGo(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var files = Enumerable.Range(0, 50).Select(_ => File.OpenHandle("/dev/null")).ToList();
            files.ForEach(file => file.Dispose());
        }
    }
}
