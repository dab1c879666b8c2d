using System.Collections.Specialized;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pharos.Tests.Server.Notifying;

/// <summary>A service on 127.0.0.1 that remembers each request and answers as told; it refuses bodies of another type than its own.</summary>
sealed class FakeService : IDisposable
{
    readonly HttpListener listener;
    readonly Action<HttpListenerContext, int> answer;
    readonly List<Received> requests = [];
    readonly string type;

    public sealed record Received(string Method, string Path, string Body, NameValueCollection Headers)
    {
        public string? Authorization => Headers["Authorization"];
    }

    public FakeService(Action<HttpListenerContext, int> answer, string type = "application/json")
    {
        this.answer = answer;
        this.type = type;
        (listener, Url) = Listen();
        _ = Task.Run(ServeAsync);
    }

    public string Url { get; }

    public IReadOnlyList<Received> Requests => requests;

    public static FakeService Answering(int status, string body = "", string? retryAfter = null, string type = "application/json") => new((context, _) => Write(context, status, body, retryAfter), type);

    public static void Write(HttpListenerContext context, int status, string body, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers["Retry-After"] = retryAfter;
        context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: true);
    }

    /// <summary>Promises a long answer and hangs up in the middle.</summary>
    public static void Cut(HttpListenerContext context)
    {
        context.Response.ContentLength64 = 1000;
        context.Response.OutputStream.Write("half"u8);
        context.Response.OutputStream.Flush();
        context.Response.Abort();
    }

    public void Dispose() => listener.Close();

    /// <summary>At a port that is free. This listener cannot choose one itself, and another test may take it after it was found free: then the next one.</summary>
    static (HttpListener Listener, string Url) Listen()
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            probe.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add(url);
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException)
            {
                listener.Close();
            }
        }
    }

    async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            try
            {
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var body = await reader.ReadToEndAsync();
                requests.Add(new(context.Request.HttpMethod, context.Request.RawUrl!, body, context.Request.Headers));
                if (context.Request.HasEntityBody && context.Request.ContentType != type) Write(context, 415, $"only {type} is taken");
                else answer(context, requests.Count);
            }
            catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The client hung up, or the test is over.
            }
        }
    }
}
