using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Persistence;
using Pharos.Server.Alerting.Sending;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Heartbeats;
using Pharos.Server.Ledger;
using Pharos.Server.Rooms;
using Pharos.Server.State;
using Pharos.Tests.Server.Rooms;

namespace Pharos.Tests.Server.Alerting;

/// <summary>The rooms of alerts over one folder, put together as the server does.</summary>
sealed class AlertRooms : IAsyncDisposable
{
    readonly StateFolder state;
    readonly IRoom[] rooms;

    public AlertRooms(string folder, FindingBook findings, TimeProvider time)
    {
        state = new(folder, time, NullLoggerFactory.Instance);
        var file = state.Open(AlertTables.File(LedgerTables.Declared, HeartbeatTables.Declared));
        var ledger = new LedgerRoom(file, time);
        Alerting = new(new(), new(), file, ledger, findings, time, NullLoggerFactory.Instance);
        rooms = [ledger, Alerting, new HeartbeatsRoom("http://localhost:9090", file, Alerting, ledger, () => [], findings, time, NullLoggerFactory.Instance)];
    }

    public AlertingRoom Alerting { get; }

    public void Map(DoorTable doors)
    {
        foreach (var room in rooms) room.Map(doors);
    }

    public async Task TakeAsync(Configuration next)
    {
        var preparations = new List<Preparation>();
        foreach (var room in rooms)
        {
            preparations.Add(new());
            await room.PrepareAsync(next, preparations[^1]);
        }
        foreach (var preparation in preparations)
        {
            await preparation.SwapAsync();
            await preparation.DisposeAsync();
        }
    }

    /// <summary>Makes ready, and throws away.</summary>
    public Task ThrowAwayAsync(Configuration next) => Alerting.ThrowAwayAsync(next);

    public void Send(IReadOnlyList<Alert> alerts) => Alerting.Send(alerts);

    public AlertmanagersSnapshot Alertmanagers() => Alerting.Alertmanagers();

    public async ValueTask DisposeAsync()
    {
        foreach (var room in rooms.Reverse()) await room.DisposeAsync();
        await state.DisposeAsync();
    }
}
