using System.Net.Sockets;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Rooms;

namespace Pharos.Server.Hosting.Ports;

/// <summary>Opens and closes the named ports as <c>listen:</c> of pharos.yml says.</summary>
/// <remarks>
/// <para>Errors: a port that cannot be opened stops no reload. It is a finding that names its owner, and is tried again each <see cref="Pace"/>.</para>
/// <para>Threads: one at a time opens and closes.</para>
/// </remarks>
sealed partial class PortsRoom : IRoom
{
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(30);

    readonly Func<ListenedPort, Task<PortServer>> open;
    readonly FindingBook findings;
    readonly ILogger logger;
    readonly ITimer timer;
    readonly SemaphoreSlim oneAtATime = new(1);
    readonly Dictionary<ListenedPort, PortServer> opened = [];
    IReadOnlyList<ListenedPort> wanted = [];

    public PortsRoom(Func<ListenedPort, Task<PortServer>> open, FindingBook findings, TimeProvider time, ILogger<PortsRoom> logger)
    {
        (this.open, this.findings, this.logger) = (open, findings, logger);
        timer = time.CreateTimer(static room => _ = ((PortsRoom)room!).SettleAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Map(DoorTable doors)
    {
    }

    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        var ports = next.Of<ListenConfig>().Ports;
        preparation.OnSwap(() =>
        {
            Volatile.Write(ref wanted, ports);
            return new(SettleAsync());
        });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        Volatile.Write(ref wanted, []);
        await SettleAsync();
    }

    /// <summary>Closes what is not wanted any more, and then opens what is: an address may have gone from one name to another.</summary>
    async Task SettleAsync()
    {
        await oneAtATime.WaitAsync();
        try
        {
            var ports = Volatile.Read(ref wanted);
            foreach (var gone in opened.Keys.Except(ports).ToList())
            {
                await opened[gone].DisposeAsync();
                opened.Remove(gone);
            }
            var faults = new List<Finding>();
            foreach (var port in ports.Where(port => !opened.ContainsKey(port)))
            {
                if (await TryOpenAsync(port) is { } fault) faults.Add(fault);
            }
            findings.Replace("ports", faults);
            if (faults.Count > 0) timer.Change(Pace, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    async Task<Finding?> TryOpenAsync(ListenedPort port)
    {
        try
        {
            var server = await open(port);
            opened.Add(port, server);
            Listening(logger, port.Port.Name, server.Url);
            return null;
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            var owner = PortOwner.Find(port.Address.Port);
            var why = owner is null ? error.Message : $"it is in use by {owner}";
            NotOpened(logger, port.Port.Name, port.Address.ToString(), why);
            return new(
                "port-not-open", port.Port.Name, Severity.Error, "pharos.yml", $"listen.{port.Port.Name}: {port.Address} cannot be listened on: {why}",
                "end what has it, or write another address; it is tried again each 30 s");
        }
    }

    [LoggerMessage(LogLevel.Information, "Listening for {Name} on {Address}")]
    static partial void Listening(ILogger logger, string name, string address);

    [LoggerMessage(LogLevel.Error, "The port of {Name} is not open, {Address} cannot be listened on: {Why}")]
    static partial void NotOpened(ILogger logger, string name, string address, string why);
}
