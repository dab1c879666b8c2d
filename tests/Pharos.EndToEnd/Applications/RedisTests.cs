using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pharos.AspNetCore.Health;
using Pharos.AspNetCore.Redis;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>The Redis client against a real server.</summary>
public sealed class RedisTests
{
    [Fact]
    public async Task Values_go_in_and_come_out_and_expire()
    {
        await using var server = await StoreServer.RedisAsync("--requirepass", "hunter 2");
        await using var redis = new RedisClient(new() { Port = server.Port, Password = "hunter 2", Database = 3 });
        byte[] value = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

        await redis.SetAsync("key\r\n ä", value);
        await redis.SetAsync("brief", "x"u8.ToArray(), TimeSpan.FromMilliseconds(1));
        await redis.SetAsync("empty", Array.Empty<byte>());

        Assert.Equal(value, await redis.GetAsync("key\r\n ä"));
        Assert.Empty((await redis.GetAsync("empty"))!);
        Assert.Null(await redis.GetAsync("never set"));
        await Eventually.HoldsAsync(async () => await redis.GetAsync("brief") is null, () => "the brief value is gone");
        Assert.Equal("2", (await redis.InfoAsync("keyspace"))["db3"].Split("keys=")[1].Split(',')[0]);
        Assert.True(long.Parse((await redis.InfoAsync())["used_memory"], System.Globalization.CultureInfo.InvariantCulture) > 0);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await redis.SetAsync($"k{i}", BitConverter.GetBytes(i));
            Assert.Equal(BitConverter.GetBytes(i), await redis.GetAsync($"k{i}"));
        }));
    }

    [Fact]
    public async Task A_wrong_password_is_told_in_the_servers_words()
    {
        await using var server = await StoreServer.RedisAsync("--requirepass", "right");
        await using var right = new RedisClient(new() { Port = server.Port, Password = "right" });
        await using var wrong = new RedisClient(new() { Port = server.Port, Password = "wrong" });
        await using var none = new RedisClient(new() { Port = server.Port });

        Assert.StartsWith("WRONGPASS", (await Assert.ThrowsAsync<RedisException>(() => wrong.PingAsync())).Message, StringComparison.Ordinal);
        Assert.StartsWith("NOAUTH", (await Assert.ThrowsAsync<RedisException>(() => none.PingAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_is_spoken_and_an_unknown_certificate_refused()
    {
        using var folder = new TemporaryFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await using var server = await StoreServer.RedisAsync("--tls-port", "{port}", "--port", "0", "--tls-cert-file", folder.Write("cert.pem", certificate.ExportCertificatePem()), "--tls-key-file", folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem()),
            "--tls-ca-cert-file", Path.Combine(folder.Path, "cert.pem"), "--tls-auth-clients", "no");
        await using var redis = new RedisClient(new() { Port = server.Port, UsesTls = true, CertificateValidation = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString() });
        await using var strict = new RedisClient(new() { Port = server.Port, UsesTls = true });

        await redis.SetAsync("a", "b"u8.ToArray());

        Assert.Equal("b"u8.ToArray(), await redis.GetAsync("a"));
        await Assert.ThrowsAsync<System.Security.Authentication.AuthenticationException>(() => strict.PingAsync());
    }

    [Fact]
    public async Task An_optional_Redis_that_goes_leaves_the_service_ready_and_is_told()
    {
        var server = await StoreServer.RedisAsync();
        await using var redis = new RedisClient(new() { Port = server.Port });
        await using var service = await WatchedService.StartAsync(checks => checks.AddRedis(client: _ => redis));
        await Eventually.HoldsAsync(async () => (await service.Client.GetStringAsync("/health/ready")).Contains("\"redis\":true", StringComparison.Ordinal), () => "Redis is ready");
        await server.DisposeAsync();

        var answer = await service.Client.GetAsync("/health/ready");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"status\":\"ready\",\"checks\":{\"redis\":false}", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("health_check_status{check=\"redis\"} 0.5\n", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }
}
