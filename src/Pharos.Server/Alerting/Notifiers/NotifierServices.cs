using Pharos.Server.Alerting.Templates;

namespace Pharos.Server.Alerting.Notifiers;

/// <summary>What notifiers are made with.</summary>
sealed record NotifierServices(TimeProvider Time, ILoggerFactory Loggers, NotificationTemplates Templates);
