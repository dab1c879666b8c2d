using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore;
using Pharos.Tests.AspNetCore.Requests;

namespace Pharos.Tests.AspNetCore;

public sealed class PharosExtensionsTests
{
    [Fact]
    public void Whoever_calls_twice_is_told_so_before_anything_is_counted_twice()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddPharos();
        builder.Logging.ClearProviders();
        using var app = builder.Build();
        app.UsePharos();
        app.MapPharos();

        Assert.StartsWith("AddPharos was called twice", Assert.Throws<InvalidOperationException>(() => builder.AddPharos()).Message, StringComparison.Ordinal);
        Assert.StartsWith("UsePharos was called twice", Assert.Throws<InvalidOperationException>(() => app.UsePharos()).Message, StringComparison.Ordinal);
        Assert.StartsWith("UsePharos was called twice", Assert.Throws<InvalidOperationException>(() => app.Map("/branch", branch => branch.UsePharos())).Message, StringComparison.Ordinal);
        Assert.StartsWith("MapPharos was called twice", Assert.Throws<InvalidOperationException>(() => app.MapPharos()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_forgets_to_add_is_told_what_to_call()
    {
        using var app = WebApplication.CreateSlimBuilder().Build();

        Assert.Contains("call builder.AddPharos()", Assert.Throws<InvalidOperationException>(() => app.UsePharos()).Message, StringComparison.Ordinal);
        Assert.Contains("call builder.AddPharos()", Assert.Throws<InvalidOperationException>(() => app.MapPharos()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_may_be_mapped_once_more_below_another_path_and_the_exposition_asked_for_its_head()
    {
        await using var service = await SomeService.StartAsync(app => app.MapGroup("/internal").MapPharos());
        using var head = new HttpRequestMessage(HttpMethod.Head, "/metrics");
        using var answer = await service.Client.SendAsync(head, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 100);
        Assert.Contains("app_info", await service.Client.GetStringAsync("/internal/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
