using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Pharos.EndToEnd.Alerting;

/// <summary>Checks the signature of a request as AWS does, from what arrived: requests of AWS's own library pass it, and so must ours.</summary>
static class StandInSns
{
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /// <summary>A word for the outcome, which two requests have alike when both are signed well.</summary>
    public static string Verify(HttpListenerRequest request, string body)
    {
        var parts = Regex.Match(request.Headers["Authorization"] ?? "", "^AWS4-HMAC-SHA256 Credential=([^/]+)/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$");
        if (!parts.Success) return $"no signature in {request.Headers["Authorization"]}";
        var (scope, names) = (parts.Groups[2].Value, parts.Groups[3].Value.Split(';'));
        if (!names.Contains("host") || !names.Contains("x-amz-date")) return "host or time are not signed";
        var headers = string.Concat(names.Select(name => $"{name}:{request.Headers[name]?.Trim()}\n"));
        var canonical = $"{request.HttpMethod}\n{request.RawUrl}\n\n{headers}\n{string.Join(';', names)}\n{Hash(body)}";
        var key = Encoding.UTF8.GetBytes($"AWS4{SecretKey}");
        foreach (var part in scope.Split('/')) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{request.Headers["X-Amz-Date"]}\n{scope}\n{Hash(canonical)}"));
        return Convert.ToHexStringLower(signature) == parts.Groups[4].Value ? $"signed by {parts.Groups[1].Value}" : "wrongly signed";
    }

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
