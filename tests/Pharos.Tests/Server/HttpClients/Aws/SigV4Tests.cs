using Pharos.Server.HttpClients.Aws;


namespace Pharos.Tests.Server.HttpClients.Aws;

public class SigV4Tests
{
    static readonly AwsCredentials Example = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);
    static readonly DateTimeOffset Time = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    /// <summary>The worked example of AWS's documentation, "Create a signed AWS API request": ListUsers of IAM.</summary>
    [Fact]
    public void The_documented_example_has_the_documented_signature()
    {
        var headers = SigV4.Sign(HttpMethod.Get, new("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"), "application/x-www-form-urlencoded; charset=utf-8", [], "iam", "us-east-1", Example, Time);

        Assert.Equal(
            [
                ("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
                ("x-amz-date", "20150830T123600Z"),
            ],
            headers);
    }

    /// <summary>From AWS's published test suite (get-vanilla, get-vanilla-query-order-key-case).</summary>
    [Theory]
    [InlineData("https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("https://example.amazonaws.com/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public void Vectors_of_the_test_suite_are_met(string url, string signature)
    {
        var headers = SigV4.Sign(HttpMethod.Get, new(url), null, [], "service", "us-east-1", Example, Time);
        Assert.EndsWith($"Signature={signature}", headers[0].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_token_goes_along_and_is_signed()
    {
        var headers = SigV4.Sign(HttpMethod.Post, new("http://127.0.0.1:4566/"), "a/b", "x"u8, "sns", "eu-west-1", new("id", "key", "token"), Time);
        Assert.Contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,", headers[0].Value, StringComparison.Ordinal);
        Assert.Contains(("x-amz-security-token", "token"), headers);
    }
}
