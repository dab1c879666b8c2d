namespace Pharos.Server.HttpClients.Aws;

/// <summary>Where AWS's services are reached.</summary>
static class AwsEndpoints
{
    /// <summary>The address of a service in a region. China has a domain of its own.</summary>
    public static string Of(string service, string region) => $"https://{service}.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}/";
}
