using System.Text.Json;

namespace Pharos.Bench.Alerts;

/// <summary>A webhook that counts which alerts it was told of: firing ones, then their ends.</summary>
sealed class AlertSink : IAsyncDisposable
{
    readonly WebApplication web;
    readonly Lock gate = new();
    HashSet<string> firing = [];
    HashSet<string> resolved = [];
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    AlertSink(WebApplication web) => this.web = web;

    public int Requests { get; private set; }

    public static async Task<AlertSink> StartAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var sink = new AlertSink(builder.Build());
        sink.web.Run(sink.TakeAsync);
        await sink.web.StartAsync();
        return sink;
    }

    public void Forget()
    {
        lock (gate) (firing, resolved, Requests) = ([], [], 0);
    }

    /// <summary>Until that many different alerts were told to be as wanted.</summary>
    public async Task UntilAsync(int alerts, bool areResolved, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        while (true)
        {
            Task next;
            lock (gate)
            {
                if ((areResolved ? resolved : firing).Count >= alerts) return;
                next = changed.Task;
            }
            try
            {
                await next.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                lock (gate) throw new TimeoutException($"{(areResolved ? resolved : firing).Count} of {alerts} alerts were told within {patience}");
            }
        }
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    async Task TakeAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        Count(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Reads only what it needs, because it shares the processors with what it measures: status and fingerprint of each alert.</summary>
    void Count(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        var told = new List<(string Fingerprint, bool IsFiring)>();
        var isFiring = false;
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth != 3) continue; // The keys of one alert.
            if (json.ValueTextEquals("status"u8))
            {
                json.Read();
                isFiring = json.ValueTextEquals("firing"u8);
            }
            else if (json.ValueTextEquals("fingerprint"u8))
            {
                json.Read();
                told.Add((json.GetString()!, isFiring));
            }
        }
        lock (gate)
        {
            Requests++;
            foreach (var (fingerprint, isOn) in told) (isOn ? firing : resolved).Add(fingerprint);
            changed.TrySetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
