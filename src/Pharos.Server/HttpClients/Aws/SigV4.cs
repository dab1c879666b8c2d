using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pharos.Server.HttpClients.Aws;

/// <summary>Signs requests with AWS Signature Version 4.</summary>
/// <remarks>Source: docs.aws.amazon.com, AWS IAM User Guide, "Create a signed AWS API request".</remarks>
static class SigV4
{
    /// <summary>The headers that make a request a signed one. Content type and body must be sent as they are given here.</summary>
    /// <param name="contentType">Null: the request has none.</param>
    public static (string Name, string Value)[] Sign(HttpMethod method, Uri url, string? contentType, ReadOnlySpan<byte> body, string service, string region, AwsCredentials credentials, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        List<(string Name, string Value)> signed = [("host", url.Authority), ("x-amz-date", time)];
        if (contentType is not null) signed.Insert(0, ("content-type", contentType));
        if (credentials.SessionToken is { } token) signed.Add(("x-amz-security-token", token));
        var names = string.Join(';', signed.Select(header => header.Name)); // They stand in the order of their names already.
        var canonical = $"{method.Method}\n{Path(url)}\n{Query(url)}\n{string.Concat(signed.Select(header => $"{header.Name}:{header.Value}\n"))}\n{names}\n{Hash(body)}";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var key = Encoding.UTF8.GetBytes($"AWS4{credentials.SecretKey}");
        foreach (var part in scope.Split('/')) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        var authorization = $"AWS4-HMAC-SHA256 Credential={credentials.AccessKey}/{scope}, SignedHeaders={names}, Signature={signature}";
        return [("Authorization", authorization), .. signed.Where(header => header.Name.StartsWith("x-amz-", StringComparison.Ordinal))];
    }

    /// <summary>Each part encoded once more than it is sent, as all services but S3 want it.</summary>
    static string Path(Uri url) => string.Join('/', url.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    static string Query(Uri url) => string.Join('&', url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2).Select(part => Uri.EscapeDataString(Uri.UnescapeDataString(part))).ToArray())
        .Select(pair => $"{pair[0]}={pair.ElementAtOrDefault(1)}")
        .Order(StringComparer.Ordinal));

    static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
