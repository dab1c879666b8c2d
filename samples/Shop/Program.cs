using System.Data.Common;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Database;
using Pharos.AspNetCore.Health;
using Pharos.AspNetCore.Redis;
using Shop.Accounts;
using Shop.Catalogue;
using Shop.Operating;
using Shop.Orders;
using Shop.Pipeline;
using Shop.Storage;
using Shop.Trades;

const int LongestBodyBytes = 64 << 10;

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls("http://127.0.0.1:8000");
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = LongestBodyBytes);
builder.AddPharos(options => options.Tracing.Sources.Add(ShopMetrics.Name));
builder.Services.AddSingleton<Switches>();
builder.Services.AddSingleton<Weather>();
builder.Services.AddSingleton<ShopMetrics>();
builder.Services.AddSingleton<SearchCache>();
builder.Services.AddHostedService<Leak>();
builder.Services.AddSingleton(services => services.GetRequiredService<DatabaseMonitor>().Wrap(ShopDatabase.OpenSource(builder.Configuration.GetConnectionString("Shop") ?? ShopDatabase.DefaultConnectionString())));
builder.Services.AddSingleton<ShopDatabase>();
var health = builder.Services.AddHealthChecks()
    .AddDatabase("database", services => services.GetRequiredService<DbDataSource>())
    .AddDiskSpace("disk", AppContext.BaseDirectory, isRequired: false);
if (builder.Configuration.GetConnectionString("Redis") is { Length: > 0 } redis)
{
    builder.Services.AddSingleton(new RedisClient(RedisOptions.Parse(redis)));
    health.AddRedis("redis", services => services.GetRequiredService<RedisClient>());
}

var app = builder.Build();
app.UsePharos();
app.MapPharos();
app.MapGet("/", () => Results.File(Path.Combine(AppContext.BaseDirectory, "wwwroot", "index.html"), "text/html; charset=utf-8"));
app.MapCatalogue();
app.MapOrders();
app.MapAccounts();
app.MapTrades();
app.MapPipeline();
app.MapSwitches();
app.MapNotifications(app.Services.GetRequiredService<TimeProvider>());
_ = app.Services.GetRequiredService<ShopMetrics>(); // What the business counts is there from the start, at zero.

var database = app.Services.GetRequiredService<ShopDatabase>();
await database.CreateTablesAsync(CancellationToken.None);
await AccountEndpoints.PrepareAsync(database, CancellationToken.None);

if (builder.Configuration.GetValue<bool>("exit-with-parent"))
{
    // The parent holds the other end of our standard input: when it is gone, however it ended, this read returns.
    _ = Task.Run(async () =>
    {
        await Console.OpenStandardInput().CopyToAsync(Stream.Null);
        app.Lifetime.StopApplication();
    });
}
await app.RunAsync();
