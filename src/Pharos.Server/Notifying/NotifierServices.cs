using Pharos.Server.Notifying.Templates;


namespace Pharos.Server.Notifying;

/// <summary>What notifiers are made with.</summary>
sealed record NotifierServices(TimeProvider Time, ILoggerFactory Loggers, NotificationTemplates Templates);
