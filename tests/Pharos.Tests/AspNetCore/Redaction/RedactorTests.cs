using Pharos.AspNetCore.Redaction;

namespace Pharos.Tests.AspNetCore.Redaction;

public sealed class RedactorTests
{
    readonly Redactor redactor = new(new RedactionOptions());

    [Theory]
    [InlineData("password")]
    [InlineData("UserPassword")]
    [InlineData("PASSWORD_HASH")]
    [InlineData("token")]
    [InlineData("access_token")]
    [InlineData("X-Auth-Token")]
    [InlineData("refreshToken")]
    [InlineData("secret")]
    [InlineData("client-secret")]
    [InlineData("api_key")]
    [InlineData("ApiKey")]
    [InlineData("x-api-key")]
    [InlineData("API KEY")]
    [InlineData("authorization")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Set-Cookie")]
    [InlineData("cookie")]
    [InlineData("ConnectionStrings.Default.connection_string")]
    [InlineData("credit_card")]
    public void A_name_is_secret_whatever_its_case_and_separators(string key) => Assert.True(redactor.IsSensitive(key));

    [Theory]
    [InlineData("")]
    [InlineData("user_id")]
    [InlineData("tokens_used")]
    [InlineData("author")]
    [InlineData("key")]
    [InlineData("design")]
    [InlineData("PasswordException")]
    [InlineData("DenyAnonymousAuthorizationRequirement")]
    public void A_name_that_only_resembles_one_is_none(string key) => Assert.False(redactor.IsSensitive(key));

    [Fact]
    public void Names_are_added_and_excepted_by_setting()
    {
        var own = new RedactionOptions();
        own.Keys.Add("iban");
        own.AllowedKeys.Add("max-token");
        var extended = new Redactor(own);

        Assert.True(extended.IsSensitive("customer_IBAN"));
        Assert.False(extended.IsSensitive("MaxToken"));
        Assert.True(extended.IsSensitive("token"));
        Assert.False(redactor.IsSensitive("customer_IBAN"));
    }

    [Theory]
    [InlineData("GET /login?user=ann&password=hunter2&x=1", "GET /login?user=ann&password=***REDACTED***&x=1")]
    [InlineData("https://h/p?api_key=abc#top", "https://h/p?api_key=***REDACTED***#top")]
    [InlineData("[n, List[String]] { password = p, a = 1 }", "[n, List[String]] { password = ***REDACTED***, a = 1 }")]
    [InlineData("?token=a&access_token=b", "?token=***REDACTED***&access_token=***REDACTED***")]
    [InlineData("postgres://ann:hunter2@db:5432/shop", "postgres://***REDACTED***@db:5432/shop")]
    [InlineData("http://a:p@ss@h/ and https://b:q@i/", "http://***REDACTED***@h/ and https://***REDACTED***@i/")]
    [InlineData("Host=db;Username=ann;Password=hunter2;Pooling=true", "Host=db;Username=ann;Password=***REDACTED***;Pooling=true")]
    [InlineData("Password = \"a b;c\";x", "Password = \"***REDACTED***\";x")]
    [InlineData("{\"user\":\"ann\",\"password\":\"a\\\"b\",\"n\":1}", "{\"user\":\"ann\",\"password\":\"***REDACTED***\",\"n\":1}")]
    [InlineData("{\"pin_secret\": 1234, \"x\": 2}", "{\"pin_secret\": ***REDACTED***, \"x\": 2}")]
    [InlineData("{\"secrets\":{\"a\":[1,2]},\"x\":2}", "{\"secrets\":***REDACTED***,\"x\":2}")]
    [InlineData("{\\\"token\\\":\\\"abc\\\",\\\"x\\\":1}", "{\\\"token\\\":\\\"***REDACTED***\\\",\\\"x\\\":1}")]
    [InlineData("Authorization: Bearer abc.def.ghi next", "Authorization: ***REDACTED*** next")]
    [InlineData("Authorization=Basic dXNlcjpwYXNz", "Authorization=***REDACTED***")]
    [InlineData("sent bearer abcdef123456 to x", "sent bearer ***REDACTED*** to x")]
    [InlineData("[user, ann], [Password, hun=ter 2], [n, 1]", "[user, ann], [Password, ***REDACTED***], [n, 1]")]
    [InlineData("password=", "password=")]
    [InlineData("password=\"unclosed", "password=\"***REDACTED***")]
    [InlineData("\"token\":null", "\"token\":null")]
    public void Secrets_in_a_text_give_way_and_the_rest_stays(string text, string scrubbed)
    {
        Assert.Equal(scrubbed, redactor.Scrub(text));
        Assert.Equal(scrubbed, redactor.Scrub(scrubbed));
    }

    [Theory]
    [InlineData("nothing to see at 12:30:01, a=b")]
    [InlineData("https://host:80/path?q=1@2")]
    [InlineData("the bearer of news")]
    [InlineData("")]
    [InlineData("=:= ://@ : =")]
    [InlineData("   at Shop.Pay(CancellationToken token) in /src/Shop.cs:line 3")]
    public void A_text_without_secrets_is_the_same_instance(string text) => Assert.Same(text, redactor.Scrub(text));

    [Fact]
    public void No_text_whatever_makes_it_fail_and_none_takes_long()
    {
        var random = new Random(7);
        const string Letters = "password=:\"'\\ {}[]@/;&token bearer\uD800\0\n";
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Create(random.Next(60), random, static (span, source) => { foreach (ref var letter in span) letter = Letters[source.Next(Letters.Length)]; });
            Assert.DoesNotContain("=hunter2", redactor.Scrub(text + "&password=hunter2"), StringComparison.Ordinal);
        }
        redactor.Scrub(new string('=', 100_000) + new string(':', 100_000) + string.Concat(Enumerable.Repeat("token=", 50_000)));
    }
}
