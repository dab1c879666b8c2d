using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pharos.AspNetCore.Requests;

/// <summary>How request ids and request lines join the three calls of <see cref="PharosExtensions"/>.</summary>
static class RequestRegistration
{
    public static void AddPharosRequests(this IHostApplicationBuilder builder, PharosOptions options)
    {
        builder.Services.AddSingleton(options.Requests);
        if (!options.Requests.Ids || !options.Requests.SendOn) return;
        RequestIdPropagator.Install();
        builder.Services.AddTransient<RequestIdHandler>();
        builder.Services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler<RequestIdHandler>());
    }

    /// <param name="requestIdKey">As the log lines call it; empty where they leave it out.</param>
    /// <param name="userIdKey">As the log lines call it; empty where they leave it out.</param>
    public static void UsePharosRequests(this IApplicationBuilder app, string requestIdKey, string userIdKey)
    {
        var options = app.ApplicationServices.GetRequiredService<RequestOptions>();
        if (!options.Ids && !options.Lines) return;
        var requests = new RequestMiddleware(options, requestIdKey is { Length: > 0 } ? requestIdKey : "request_id", userIdKey is { Length: > 0 } ? userIdKey : "user_id", app.ApplicationServices.GetRequiredService<ILoggerFactory>());
        app.Use(next => context => requests.InvokeAsync(context, next));
    }
}
