using Pharos.Server.Doors;

namespace Pharos.Server.Access;

/// <summary>Judges each request by what its door declares: whether it comes from another site, whose it is, and whether he may do that.</summary>
/// <remarks>Stands behind routing, and before all that reads a body or changes anything. What routes nowhere is judged as <see cref="DoorTable.Nothing"/>, so that no
/// address is a way round the login.</remarks>
sealed class AccessGuard(WebAccess access, SiteGuard sites)
{
    public async Task JudgeAsync(HttpContext context, RequestDelegate next)
    {
        var door = DoorTable.Of(context.GetEndpoint());
        if (sites.Refusal(context.Request, door) is { } reason) await new Fault(FaultKind.Forbidden, reason).AnswerAsync(context, door.Faults);
        else if (await RefusalAsync(context, door) is { } fault) await fault.AnswerAsync(context, door.Faults);
        else await next(context);
    }

    async ValueTask<Fault?> RefusalAsync(HttpContext context, Door door)
    {
        if (door.Right is Right.Public or Right.OwnKey) return null;
        var (caller, fault) = await access.AskAsync(context);
        if (caller is null) return fault;
        context.User = caller.Principal;
        return caller.May(door.Right) ? null : caller.Refusal(door.Right);
    }
}
