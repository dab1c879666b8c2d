using Pharos.Server.Config;

namespace Pharos.Server.Access;

/// <summary>The section <c>access</c> of pharos.yml: who may do less than everything.</summary>
sealed record RolesConfig : ISettings<RolesConfig>
{
    public static RolesConfig Default { get; } = new();

    /// <summary>By login of web.yml.</summary>
    public IReadOnlyDictionary<string, Role> Users { get; init; } = new Dictionary<string, Role>(StringComparer.Ordinal);

    /// <summary>By the subject of a client's certificate, in the form of <see cref="DistinguishedName"/>.</summary>
    public IReadOnlyDictionary<string, Role> Certificates { get; init; } = new Dictionary<string, Role>(StringComparer.Ordinal);
}
