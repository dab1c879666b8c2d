namespace Pharos.Server.Alerting.Silences;

sealed record SilenceKept(Silence Silence) : Effect;

sealed record SilenceForgotten(string Id) : Effect;
