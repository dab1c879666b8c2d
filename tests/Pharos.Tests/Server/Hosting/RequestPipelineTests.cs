using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Pharos.Server.Access;
using Pharos.Server.Doors;
using Pharos.Server.Hosting;
using Pharos.Tests.AspNetCore;

namespace Pharos.Tests.Server.Hosting;

public sealed class RequestPipelineTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_leaves_in_the_middle_of_an_answer_is_nobodys_fault(bool isCancelled)
    {
        using var log = new KeptLog();
        using var gone = new CancellationTokenSource();
        var context = new DefaultHttpContext { RequestAborted = gone.Token };
        context.Features.Set<IHttpResponseFeature>(new BegunResponse());

        await RunAsync(log, context, async _ =>
        {
            await gone.CancelAsync();
            throw isCancelled ? new OperationCanceledException(gone.Token) : new IOException("the connection was reset");
        });

        Assert.Equal((200, 0), (context.Response.StatusCode, log.Lines.Count));
    }

    [Fact]
    public async Task A_client_that_leaves_before_its_answer_is_499_in_the_figures()
    {
        using var log = new KeptLog();
        using var gone = new CancellationTokenSource();
        var context = new DefaultHttpContext { RequestAborted = gone.Token };

        await RunAsync(log, context, async _ =>
        {
            await gone.CancelAsync();
            throw new OperationCanceledException(gone.Token);
        });

        Assert.Equal((499, 0), (context.Response.StatusCode, log.Lines.Count));
    }

    [Fact]
    public async Task A_fault_is_told_to_the_log_under_an_id_that_the_answer_names()
    {
        using var log = new KeptLog();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };

        await RunAsync(log, context, _ => throw new InvalidDataException("/secret is broken"));

        body.Position = 0;
        var text = await new StreamReader(body).ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(500, context.Response.StatusCode);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        var id = text.Split("under id ")[1].Trim();
        Assert.Contains(id, Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    static async Task RunAsync(KeptLog log, HttpContext context, RequestDelegate answer)
    {
        var options = new WebOptions();
        await using var access = new WebAccess(WebConfig.Default, RolesConfig.Default);
        using var metrics = new DoorMetrics();
        await using var services = new ServiceCollection().AddLogging().AddRouting().AddSingleton(new DiagnosticListener("tests")).AddResponseCompression().BuildServiceProvider();
        context.RequestServices = services;
        context.Request.Host = new("localhost");
        var app = new ApplicationBuilder(services);
        new RequestPipeline(options, access, new(access, new(isLoopbackOnly: true, options.ExternalUrl)), metrics, new KeptLogger<RequestPipeline>(log)).Use(app);
        app.Run(answer);
        await app.Build()(context);
    }

    /// <summary>As the web server's: once it has begun, its status is out.</summary>
    sealed class BegunResponse : IHttpResponseFeature
    {
        public int StatusCode
        {
            get => 200;
            set => throw new InvalidOperationException("StatusCode cannot be set because the response has already started.");
        }

        public string? ReasonPhrase { get; set; }

        public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

        public Stream Body { get; set; } = Stream.Null;

        public bool HasStarted => true;

        public void OnStarting(Func<object, Task> callback, object state)
        {
        }

        public void OnCompleted(Func<object, Task> callback, object state)
        {
        }
    }
}
