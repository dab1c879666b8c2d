using Pharos.Model.Labels;
using Pharos.Server.Alerting;

namespace Pharos.Server.Heartbeats;

/// <summary>What follows when an expected heartbeat comes or stays away, and is still to be done. A value; nothing of it has happened.</summary>
abstract record HeartbeatEffect;

sealed record HeartbeatKept(string Name, HeartbeatState State) : HeartbeatEffect;

sealed record HeartbeatForgotten(string Name) : HeartbeatEffect;

/// <summary>This server was there at that time.</summary>
sealed record Alive(long AtMs) : HeartbeatEffect;

/// <summary>Why an alert fires, or no more: for the ledger.</summary>
sealed record HeartbeatNoted(LabelSet Labels, string Phase, string Text) : HeartbeatEffect;

sealed record HeartbeatRaised(Alert Alert) : HeartbeatEffect;
