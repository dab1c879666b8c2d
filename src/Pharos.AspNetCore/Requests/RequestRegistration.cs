using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Logs;

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

    public static void UsePharosRequests(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<RequestOptions>();
        if (!options.Ids && !options.Lines) return;
        var requests = new RequestMiddleware(options, app.ApplicationServices.GetRequiredService<LogOptions>(), app.ApplicationServices.GetRequiredService<ILoggerFactory>());
        app.Use(next => context => requests.InvokeAsync(context, next));
    }
}
