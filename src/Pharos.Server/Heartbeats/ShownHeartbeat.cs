namespace Pharos.Server.Heartbeats;

/// <summary>An expected heartbeat as it stands.</summary>
sealed record ShownHeartbeat(ExpectedHeartbeatConfig Config, HeartbeatState State);
