using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pharos.Server.Text;

namespace Pharos.Server.HttpClients;

/// <summary>Gets access tokens from an OAuth 2.0 server and keeps one until shortly before it ends.</summary>
/// <remarks>Source: RFC 6749, section 4.4 (client credentials); RFC 7523, section 2.1 (signed assertion). Threads: safe for all.</remarks>
sealed class OAuth2Tokens(OAuth2Config config, TimeProvider time) : IDisposable
{
    /// <summary>A token that ends within this time is not used any more, because the request still has to travel.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>As Go's client has it; a token is some thousand bytes long.</summary>
    const int MaxAnswerBytes = 1 << 20;

    readonly string shown = ShownAddress.Shown(config.TokenUrl);
    readonly HttpClient client = new(OutboundHttp.Connections(config.Tls, config.Proxy)) { Timeout = Timeout.InfiniteTimeSpan, DefaultRequestHeaders = { { "User-Agent", OutboundHttp.Agent } } };
    readonly SemaphoreSlim gate = new(1);
    string token = "";
    DateTimeOffset validUntil;

    /// <exception cref="HttpRequestException">The server gave no token.</exception>
    public async Task<string> GetAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (token.Length == 0 || time.GetUtcNow() >= validUntil) await FetchAsync(cancellation).ConfigureAwait(false);
            return token;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose()
    {
        client.Dispose();
        gate.Dispose();
    }

    async Task FetchAsync(CancellationToken cancellation)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        inTime.CancelAfter(Patience); // Of the whole answer; the client's own patience ends with the headers.
        using var request = new HttpRequestMessage(HttpMethod.Post, config.TokenUrl) { Content = new FormUrlEncodedContent(Form()) };
        if (config.Tls.ServerName is { } serverName) request.Headers.Host = serverName;
        if (config.GrantType != OAuth2Config.JwtBearer)
        {
            var pair = $"{Uri.EscapeDataString(config.ClientId)}:{Uri.EscapeDataString(config.ClientSecret?.Read() ?? "")}";
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, inTime.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"the token address {shown} answered {(int)response.StatusCode}", null, response.StatusCode);
        try
        {
            using var answer = JsonDocument.Parse(await BoundedAnswer.ReadAsync(response.Content, MaxAnswerBytes, inTime.Token).ConfigureAwait(false));
            token = answer.RootElement.GetProperty("access_token").GetString() ?? "";
            validUntil = answer.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetDouble(out var lifetime)
                ? time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(lifetime, 0, 1e9)) - Margin
                : DateTimeOffset.MaxValue;
        }
        catch (AnswerTooLongException error)
        {
            throw new HttpRequestException($"the token address {shown} {error.Message}", error);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new HttpRequestException($"the token address {shown} answered without an access token", error);
        }
    }

    IEnumerable<KeyValuePair<string, string>> Form()
    {
        var isAssertion = config.GrantType == OAuth2Config.JwtBearer;
        yield return new("grant_type", isAssertion ? OAuth2Config.JwtBearer : "client_credentials");
        if (isAssertion) yield return new("assertion", Assertion());
        if (config.Scopes.Count > 0) yield return new("scope", string.Join(' ', config.Scopes));
        foreach (var parameter in config.EndpointParams) yield return parameter;
    }

    string Assertion()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var algorithm = config.SignatureAlgorithm.Length == 0 ? "RS256" : config.SignatureAlgorithm;
        var header = new Dictionary<string, object>(StringComparer.Ordinal) { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (config.ClientCertificateKeyId.Length > 0) header["kid"] = config.ClientCertificateKeyId;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = config.Issuer.Length > 0 ? config.Issuer : config.ClientId,
            ["sub"] = config.ClientId,
            ["aud"] = config.Audience.Length > 0 ? config.Audience : config.TokenUrl,
            ["iat"] = now,
            ["exp"] = now + 3600,
            ["jti"] = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
        };
        if (config.Scopes.Count > 0) claims["scope"] = string.Join(' ', config.Scopes);
        foreach (var (name, value) in config.Claims) claims[name] = value;
        var signed = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        using var key = RSA.Create();
        key.ImportFromPem(config.ClientCertificateKey?.Read());
        var hash = algorithm switch { "RS384" => HashAlgorithmName.SHA384, "RS512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        return $"{signed}.{Encode(key.SignData(Encoding.ASCII.GetBytes(signed), hash, RSASignaturePadding.Pkcs1))}";

        static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }
}
