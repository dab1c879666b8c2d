using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Server.Alerting.Persistence;
using Pharos.Server.Heartbeats;
using Pharos.Server.Ledger;
using Pharos.Server.State;

namespace Pharos.Tests.Server.State;

/// <summary>The file of alerts with the tables of all its rooms, as the server opens it.</summary>
static class AlertFile
{
    public static readonly StateFile Declared = AlertTables.File(LedgerTables.Declared, HeartbeatTables.Declared);

    public static StateDatabase Open(string folder) => StateDatabase.Open(folder, Declared, TimeProvider.System, NullLogger.Instance);
}
