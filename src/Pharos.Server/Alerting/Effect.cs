namespace Pharos.Server.Alerting;

/// <summary>What follows from an event and is still to be done: to be kept, to be noted in the ledger, or to be told. A value; nothing of it has happened.</summary>
/// <remarks>Whoever holds the books carries effects out in their order, and outside of its lock.</remarks>
abstract record Effect;
