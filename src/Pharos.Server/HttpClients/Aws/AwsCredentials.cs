namespace Pharos.Server.HttpClients.Aws;

/// <summary>Keys that sign requests. Never printed.</summary>
sealed class AwsCredentials(string accessKey, string secretKey, string? sessionToken)
{
    public string AccessKey { get; } = accessKey;

    public string SecretKey { get; } = secretKey;

    /// <summary>Sent along when the keys live for hours only.</summary>
    public string? SessionToken { get; } = sessionToken;
}
