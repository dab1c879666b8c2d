using Pharos.Server.Config;

namespace Pharos.Server.HttpClients.Aws;

/// <summary>How requests to AWS are signed: what <c>sigv4</c> says, and what the environment adds to it.</summary>
sealed record AwsLoginConfig
{
    public string Region { get; init; } = "";

    public string AccessKey { get; init; } = "";

    public Secret? SecretKey { get; init; }

    /// <summary>Belongs to keys that live for hours only.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary>Where the keys of <see cref="Profile"/> stand; null when keys are given directly.</summary>
    public string? ProfilesFile { get; init; }

    public string Profile { get; init; } = "default";

    /// <summary>A role that is taken on with the keys; null: the keys themselves sign.</summary>
    public string? RoleArn { get; init; }

    /// <summary>What the owner of the role wants to hear.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Where roles are taken on.</summary>
    public string StsUrl { get; init; } = "";

    /// <summary>Why nothing can be signed, for people; null: it can, as far as is known.</summary>
    public string? Problem { get; init; }
}
