using Pharos.AspNetCore.Redis;

namespace Pharos.Tests.AspNetCore.Redis;

public sealed class RedisOptionsTests
{
    [Fact]
    public void Addresses_are_read_in_both_forms()
    {
        Assert.Equal(new RedisOptions(), RedisOptions.Parse("127.0.0.1"));
        Assert.Equal(new RedisOptions { Host = "cache", Port = 6380, Password = "a=b", UsesTls = true, Database = 2 }, RedisOptions.Parse("cache:6380,password=a=b,ssl=true,defaultDatabase=2,abortConnect=false"));
        Assert.Equal(new RedisOptions { Host = "cache", User = "shop", Password = "p:@ss", UsesTls = true, Database = 1 }, RedisOptions.Parse("rediss://shop:p%3A%40ss@cache/1"));
        Assert.Equal(new RedisOptions { Host = "cache", Port = 1, Password = "x" }, RedisOptions.Parse("redis://:x@cache:1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://secret@x")]
    [InlineData("x:99999,password=secret")]
    [InlineData("x,secret")]
    [InlineData("x,password=secret,ssl=perhaps")]
    [InlineData("redis://:secret@x/abc")]
    public void What_is_no_address_is_refused_without_its_password(string text) => Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => RedisOptions.Parse(text)).Message, StringComparison.Ordinal);
}
