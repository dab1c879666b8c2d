using Pharos.Server.Alerting.Routing;
using Pharos.Server.Ledger;

namespace Pharos.Server.Alerting.Dispatch;

// What follows from alerts that are posted and from groups that are looked at.

sealed record AlertKept(KnownAlert Alert) : Effect;

sealed record AlertForgotten(KnownAlert Alert) : Effect;

sealed record ToldKept(NotifyLogKey Key, NotifyLogEntry Entry) : Effect;

sealed record ToldForgotten(NotifyLogKey Key) : Effect;

/// <summary>A row of the ledger for an alert that is new, fires again, or is resolved. Worded when it is written: in a flood, what waits needs less room so.</summary>
sealed record AlertReceived(KnownAlert Alert, bool IsNew, long AtMs) : Effect;

/// <summary>A row of the ledger for an alert that came into a group.</summary>
/// <param name="DueMs">When the group was to be looked at then; it moves on.</param>
sealed record AlertJoined(KnownAlert Alert, AlertGroup Group, AlertRoute Root, long DueMs, long AtMs) : Effect;

sealed record StepTaken(LedgerRow Row) : Effect;

/// <summary>A group was looked at; its news are to be told.</summary>
/// <param name="Owner">Who wants to hear of the end.</param>
sealed record GroupDue(Dispatcher Owner, Flush Flush) : Effect;
