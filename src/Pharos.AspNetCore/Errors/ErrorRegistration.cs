using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pharos.AspNetCore.Errors;

/// <summary>How error reports join the three calls of <see cref="PharosExtensions"/>.</summary>
static class ErrorRegistration
{
    /// <exception cref="FormatException">The DSN that code has set is none; that of the configuration was looked at when it was read.</exception>
    public static void AddPharosErrors(this IHostApplicationBuilder builder, PharosOptions options)
    {
        builder.Services.AddSingleton(options.Errors);
        if (string.IsNullOrEmpty(options.Errors.Dsn)) return;
        if (!Dsn.TryParse(options.Errors.Dsn, out var dsn)) throw new FormatException("Pharos:Errors:Dsn is malformed; write https://KEY@HOST/PROJECT");
        builder.Services.AddSingleton(dsn);
        builder.Services.AddSingleton<ErrorReporter>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ErrorReporter>());
        builder.Services.AddSingleton<ILoggerProvider, ErrorLoggerProvider>();
        builder.Services.AddSingleton<TransactionCollector>();
    }

    public static void UsePharosErrors(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<ErrorReporter>() is not { } reporter) return;
        var options = app.ApplicationServices.GetRequiredService<ErrorOptions>();
        if (options.TracesSampleRate > 0) _ = app.ApplicationServices.GetRequiredService<TransactionCollector>();
        var errors = new ErrorMiddleware(reporter, options);
        app.Use(next => context => errors.InvokeAsync(context, next));
    }
}
