namespace Pharos.Server.Notifying;

enum NotifyOutcome
{
    /// <summary>The service took it.</summary>
    Sent,

    /// <summary>It may be taken later: the service or the network was at fault.</summary>
    Retry,

    /// <summary>It will never be taken like this: what was sent is at fault.</summary>
    Failed,
}

/// <summary>What stood in the way of an attempt, told apart because the mends differ.</summary>
enum NotifyFault
{
    None,
    Service,
    RateLimited,
    Template,
    Secret,
}

/// <summary>How one attempt ended.</summary>
/// <param name="Reason">For people, without any secret; "" when it was sent.</param>
/// <param name="HttpStatus">The service's answer, when it speaks HTTP and answered.</param>
/// <param name="RetryAfter">The service's own wish for when to come again.</param>
/// <param name="State">Kept for the next notification of the same group; null: keep what there was.</param>
sealed record NotifyResult(NotifyOutcome Outcome, NotifyFault Fault, string Reason, int? HttpStatus, TimeSpan? RetryAfter, string? State)
{
    /// <summary>Templates that failed, each with its field and reason; default texts stood in for them.</summary>
    public IReadOnlyList<string> Flaws { get; init; } = [];

    public static NotifyResult Sent(int? httpStatus = null, string? state = null) => new(NotifyOutcome.Sent, NotifyFault.None, "", httpStatus, null, state);

    public static NotifyResult Retry(string reason, TimeSpan? after = null, int? httpStatus = null) =>
        new(NotifyOutcome.Retry, httpStatus == 429 ? NotifyFault.RateLimited : NotifyFault.Service, reason, httpStatus, after, null);

    public static NotifyResult Failed(string reason, int? httpStatus = null, NotifyFault fault = NotifyFault.Service) =>
        new(NotifyOutcome.Failed, fault, reason, httpStatus, null, null);
}
