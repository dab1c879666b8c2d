using Pharos.AspNetCore;
using Shop;

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls("http://127.0.0.1:8000");
builder.AddPharos();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<Weather>();
builder.Services.AddSingleton<OrderBook>();
builder.Services.AddSingleton<ShopMetrics>();

var app = builder.Build();
app.UsePharos();
app.MapPharos();
app.MapShop();

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
