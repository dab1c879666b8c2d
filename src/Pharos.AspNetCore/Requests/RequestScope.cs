using System.Collections;
using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Pharos.AspNetCore.Requests;

/// <summary>The request's id and user as a log scope, for every logging provider.</summary>
/// <remarks>
/// <para>The user is read when a line is written, since authentication runs later than this begins.</para>
/// <para>Lifetime: work that outlives its request still logs in this scope, but the server uses the context again for another one:
/// <see cref="End"/> lets go of it and keeps the user as it was.</para>
/// </remarks>
sealed class RequestScope(HttpContext context, string id, RequestOptions options, string requestIdName, string userIdName) : IReadOnlyList<KeyValuePair<string, object?>>
{
    const string ActivityProperty = "Pharos.Request";

    static readonly AsyncLocal<RequestScope?> Flowing = new();

    HttpContext? live = context;
    ClaimsPrincipal? seenUser;
    string? userId;

    /// <summary>The request that the running code works for.</summary>
    public static RequestScope? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    /// <summary>The request that an activity belongs to.</summary>
    public static RequestScope? Of(Activity? activity)
    {
        for (; activity is not null; activity = activity.Parent)
        {
            if (activity.GetCustomProperty(ActivityProperty) is RequestScope scope) return scope;
        }
        return null;
    }

    /// <summary>Leaves itself with the host's activity. What the server and handlers of errors before <c>UsePharos</c> log after the pipeline has ended, the exception
    /// that nobody caught for instance, is outside of every scope made here, but not of that.</summary>
    public void Mark(Activity? activity) => activity?.SetCustomProperty(ActivityProperty, this);

    public string Id => id;

    /// <summary>Claim <c>nameidentifier</c>, else <c>sub</c>, of the signed-in user.</summary>
    public string? UserId
    {
        get
        {
            if (live is { } context && !ReferenceEquals(context.User, seenUser)) Look(context.User);
            return userId;
        }
    }

    /// <inheritdoc cref="UserId"/>
    public static string? UserIdOf(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true ? (user.FindFirst(ClaimTypes.NameIdentifier) ?? user.FindFirst("sub"))?.Value : null;

    public int Count => UserId is null ? 1 : 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new(requestIdName, id),
        1 => new(userIdName, UserId),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Gives an outgoing request the id, unless it has one.</summary>
    public void Carry(HttpRequestMessage request)
    {
        // Ids are free of what a header may not hold, so that there is nothing to validate.
        if (options.SendOn && !request.Headers.Contains(options.Header)) request.Headers.TryAddWithoutValidation(options.Header, id);
    }

    public void End()
    {
        _ = UserId;
        live = null;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var at = 0; at < Count; at++) yield return this[at];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What the console logger of Development shows.</summary>
    public override string ToString() => UserId is { } user ? $"{requestIdName}:{id} {userIdName}:{user}" : $"{requestIdName}:{id}";

    void Look(ClaimsPrincipal user)
    {
        userId = UserIdOf(user);
        seenUser = user;
    }
}
