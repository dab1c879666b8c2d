using System.Security.Claims;
using Pharos.Server.Doors;

namespace Pharos.Server.Access;

/// <summary>Who asks, and what he may do.</summary>
/// <remarks>Threads: immutable, safe for all.</remarks>
/// <param name="name">Of the login, or of the certificate; "": nobody was asked who he is.</param>
/// <param name="roles">Of the login and of the certificate: what he may do, each of them must allow.</param>
sealed class Caller(string name, params IReadOnlyList<Role> roles)
{
    /// <summary>Where nobody is asked who he is.</summary>
    public static readonly Caller Anybody = new("", Role.Admin);

    /// <summary>For what is told about requests, and for rooms that write down who did something.</summary>
    public ClaimsPrincipal Principal { get; } = new(new ClaimsIdentity(
        name.Length == 0 ? [] : [new(ClaimTypes.Name, name), .. roles.Distinct().Select(role => new Claim(ClaimTypes.Role, role.Word()))],
        name.Length == 0 ? null : "pharos"));

    public string Name => name;

    public IReadOnlyList<Role> Roles => roles;

    public bool May(Right right) => roles.All(role => role.May(right));

    /// <summary>Why he may not pass.</summary>
    public Fault Refusal(Right right)
    {
        var needed = Enum.GetValues<Role>().Where(role => role.May(right)).Select(role => role.Word());
        var own = string.Join(" and ", roles.Distinct().Select(role => role.Word()));
        return new(FaultKind.Forbidden, $"\"{name}\" has the role {own}, which lacks the right \"{right.ToString().ToLowerInvariant()}\"; the roles that have it: {string.Join(", ", needed)}");
    }
}
