using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>The NuGet package as <c>dotnet pack</c> makes it, and a service outside of this solution that has nothing but the package.</summary>
public sealed class PackageTests : IAsyncLifetime
{
    /// <summary>Never seen before, so that no cache of an earlier run answers.</summary>
    static readonly string Version = $"0.1.0-test.{Guid.NewGuid():N}";

    readonly TemporaryFolder folder = new();

    /// <summary>What this test run has built, in its configuration: nothing is compiled again.</summary>
    public async ValueTask InitializeAsync() =>
        await RunAsync("pack", Path.Combine(Checkout.Root, "src", "Pharos.AspNetCore"), "--no-build", "-c", Checkout.Configuration, "-o", folder.Path, $"-p:PackageVersion={Version}");

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var unpacked = Path.Combine(packages, "pharos.aspnetcore", Version);
        if (Directory.Exists(unpacked)) Directory.Delete(unpacked, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_has_the_library_its_documentation_and_a_page_and_needs_nothing_of_the_server()
    {
        await using var package = await ZipFile.OpenReadAsync(Path.Combine(folder.Path, $"Pharos.AspNetCore.{Version}.nupkg"), Cancellation);
        var files = package.Entries.Select(entry => entry.FullName).ToList();

        Assert.Contains("lib/net10.0/Pharos.AspNetCore.dll", files);
        Assert.Contains("lib/net10.0/Pharos.AspNetCore.xml", files);
        Assert.Contains("README.md", files);
        Assert.Equal(2, files.Count(file => file.StartsWith("lib/", StringComparison.Ordinal)));
        var metadata = XDocument.Load(await package.GetEntry("Pharos.AspNetCore.nuspec")!.OpenAsync(Cancellation)).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        Assert.Equal(("Pharos.AspNetCore", "README.md", "Apache-2.0"), (Value("id"), Value("readme"), Value("license")));
        Assert.All(metadata.Descendants().Where(element => element.Name.LocalName == "dependency"), dependency => Assert.StartsWith("OpenTelemetry", dependency.Attribute("id")!.Value, StringComparison.Ordinal));
    }

    /// <summary>The strictest use there is: the trimmer takes away what it sees no use of, and each of its warnings is an error.</summary>
    [Fact]
    public async Task A_trimmed_service_that_has_only_the_package_answers()
    {
        folder.Write("nuget.config", $"""
            <configuration><packageSources><add key="built" value="{folder.Path}" /></packageSources></configuration>
            """);
        folder.Write("service.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <PublishTrimmed>true</PublishTrimmed>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <WarningsNotAsErrors>NU1900;NU1901;NU1902;NU1903;NU1904</WarningsNotAsErrors>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Pharos.AspNetCore" Version="{Version}" /></ItemGroup>
            </Project>
            """);
        folder.Write("Program.cs", """
            using System.Data.Common;
            using Pharos.AspNetCore;
            using Pharos.AspNetCore.Database;
            using Pharos.AspNetCore.Health;

            var builder = WebApplication.CreateSlimBuilder(args);
            builder.AddPharos(options => options.Errors.BeforeSend = report => report);
            builder.Services.AddHealthChecks().AddDiskSpace(isRequired: false);
            var app = builder.Build();
            app.UsePharos();
            app.MapPharos();
            app.MapGet("/orders/{id}", (HttpContext context, ILogger<Program> logger) =>
            {
                logger.LogInformation("Order {OrderId} with {ApiKey}", context.Request.RouteValues["id"], "k3y");
                return context.Response.WriteAsync("order");
            });
            app.MapGet("/broken", (RequestDelegate)(_ => throw new InvalidOperationException("broken")));
            _ = app.Services.GetRequiredService<DatabaseMonitor>();
            app.Run();
            """);
        var published = Path.Combine(folder.Path, "published");
        await RunAsync("publish", folder.Path, "-o", published, "--use-current-runtime", "--self-contained");

        var port = PharosProcess.FreePort();
        var start = new ProcessStartInfo(Path.Combine(published, OperatingSystem.IsWindows() ? "service.exe" : "service"), ["--urls", $"http://127.0.0.1:{port}", "--Pharos:Errors:Dsn", "http://key@127.0.0.1:9/1", "--Pharos:Tracing:Endpoint", "http://127.0.0.1:9"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = published,
        };
        using var service = Process.Start(start)!;
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            await Eventually.HoldsAsync(async () => (await client.GetAsync("health/startup", Cancellation)).IsSuccessStatusCode, () => "the service is ready");
            Assert.Equal("order", await client.GetStringAsync("orders/7", Cancellation));
            Assert.Equal(500, (int)(await client.GetAsync("broken", Cancellation)).StatusCode);
            var metrics = await client.GetStringAsync("metrics", Cancellation);

            Assert.Contains("\nhttp_requests_total{endpoint=\"/orders/{id}\",method=\"GET\",status=\"200\"} 1\n", metrics, StringComparison.Ordinal);
            Assert.Contains("\napi_errors_total{endpoint=\"/broken\",error_type=\"InvalidOperationException\"} 1\n", metrics, StringComparison.Ordinal);
            Assert.Contains("\nprocess_cpu_seconds_total ", metrics, StringComparison.Ordinal);
            Assert.Contains("\ndotnet_gc_collections_total{", metrics, StringComparison.Ordinal);
            Assert.Contains("\"status\":\"ready\"", await client.GetStringAsync("health/ready", Cancellation), StringComparison.Ordinal);
        }
        finally
        {
            service.Kill();
        }
        var lines = (await service.StandardOutput.ReadToEndAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var order = Assert.Single(lines, line => line.TryGetProperty("OrderId", out _));
        Assert.Equal("7 ***REDACTED***", $"{order.GetProperty("OrderId")} {order.GetProperty("ApiKey")}");
        Assert.True(order.TryGetProperty("request_id", out _) && order.TryGetProperty("trace_id", out _));
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Runs the SDK to its end; what it says is told when it fails.</summary>
    static async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [.. arguments, "-nologo", "-v", "q"]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // No compiler is left behind that would keep our pipe open.
        using var sdk = Process.Start(start)!;
        var told = await sdk.StandardOutput.ReadToEndAsync(Cancellation);
        await sdk.WaitForExitAsync(Cancellation);
        Assert.True(sdk.ExitCode == 0, told);
    }
}
