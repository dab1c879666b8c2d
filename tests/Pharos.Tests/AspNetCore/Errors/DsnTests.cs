using Pharos.AspNetCore.Errors;

namespace Pharos.Tests.AspNetCore.Errors;

public sealed class DsnTests
{
    [Theory]
    [InlineData("https://key@o1.example.com/42", "https://o1.example.com/api/42/envelope/")]
    [InlineData("http://key:secret@localhost:9000/42", "http://localhost:9000/api/42/envelope/")]
    [InlineData("https://key@host/some/path/7/", "https://host/some/path/api/7/envelope/")]
    public void A_dsn_says_where_envelopes_go(string text, string url)
    {
        Assert.True(Dsn.TryParse(text, out var dsn));
        Assert.Equal(url, dsn.EnvelopeUrl.ToString());
        Assert.Equal("key", dsn.PublicKey);
        Assert.DoesNotContain("secret", dsn.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://host/42")]
    [InlineData("https://key@host/")]
    [InlineData("https://key@host/project")]
    [InlineData("ftp://key@host/1")]
    [InlineData("key@host/1")]
    [InlineData("https://:x@host/1")]
    public void Anything_else_is_none(string text) => Assert.False(Dsn.TryParse(text, out _));
}
