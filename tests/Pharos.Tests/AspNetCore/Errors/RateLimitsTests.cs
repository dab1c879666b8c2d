using System.Net;
using Pharos.AspNetCore.Errors;
using Pharos.Tests.AspNetCore.Logs;

namespace Pharos.Tests.AspNetCore.Errors;

public sealed class RateLimitsTests
{
    readonly FixedTime time = new();

    [Theory]
    [InlineData("60:error;transaction:organization, 2700:session:key", true, true, false)]
    [InlineData("60::organization", true, true, true)]
    [InlineData("60", true, true, true)]
    [InlineData("60:transaction:key", false, true, false)]
    [InlineData("x:error:key", true, false, false)]
    [InlineData("", false, false, false)]
    [InlineData(",,:;:", true, true, true)]
    public void Categories_are_held_back_each_for_its_time(string header, bool isErrorHeld, bool isTransactionHeld, bool isOtherHeld)
    {
        var limits = new RateLimits(time);
        using var answer = new HttpResponseMessage();
        answer.Headers.TryAddWithoutValidation("X-Sentry-Rate-Limits", header);
        limits.Learn(answer);

        Assert.Equal((isErrorHeld, isTransactionHeld, isOtherHeld), (!limits.Allows("error"), !limits.Allows("transaction"), !limits.Allows("other")));
        time.Now += TimeSpan.FromSeconds(61);
        Assert.True(limits.Allows("error") && limits.Allows("transaction"));
    }

    [Theory]
    [InlineData("120", 119, 121)]
    [InlineData(null, 59, 61)]
    [InlineData("999999999", 86_399, 86_401)]
    public void A_429_without_categories_holds_all_back(string? retryAfter, int heldAt, int freeAt)
    {
        var limits = new RateLimits(time);
        using var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        if (retryAfter is not null) answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        limits.Learn(answer);
        var start = time.Now;

        time.Now = start.AddSeconds(heldAt);
        Assert.False(limits.Allows("error"));
        time.Now = start.AddSeconds(freeAt);
        Assert.True(limits.Allows("error"));
    }
}
