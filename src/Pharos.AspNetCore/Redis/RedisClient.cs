using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Pharos.AspNetCore.Redis;

/// <summary>A small Redis client: enough for a cache and for a health check.</summary>
/// <remarks>
/// <para>Threads: any; each command has a connection to itself, from a pool. Lifetime: one for the application. Nothing is connected before the first command.</para>
/// <para>Errors: <see cref="RedisException"/> when the server refuses, <see cref="IOException"/> or <see cref="System.Net.Sockets.SocketException"/> when it cannot be
/// reached, <see cref="TimeoutException"/> when it does not answer in time. A command on a connection that the server closed meanwhile is sent once more on a new one.</para>
/// </remarks>
public sealed class RedisClient(RedisOptions options) : IAsyncDisposable
{
    /// <summary>Name of the <see cref="ActivitySource"/> of commands.</summary>
    public const string ActivitySourceName = "Pharos.AspNetCore.Redis";

    static readonly ActivitySource Source = new(ActivitySourceName);

    readonly SemaphoreSlim free = new(Math.Max(1, options.MaxConnections));
    readonly ConcurrentStack<RedisConnection> idle = new();
    volatile bool isDisposed;

    /// <summary>Asks whether the server is there; the time it took.</summary>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        await SendAsync(["PING"u8.ToArray()], cancellation);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>What the server tells of itself, by name, such as <c>used_memory</c>.</summary>
    /// <param name="section">Such as <c>memory</c>. Null: the usual ones.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<IReadOnlyDictionary<string, string>> InfoAsync(string? section = null, CancellationToken cancellation = default)
    {
        var answer = await SendAsync(section is null ? ["INFO"u8.ToArray()] : ["INFO"u8.ToArray(), Utf8(section)], cancellation);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(answer as byte[] ?? []).Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[0] != '#') values[line[..colon]] = line[(colon + 1)..];
        }
        return values;
    }

    /// <summary>The value of a key; null when there is none.</summary>
    public async Task<byte[]?> GetAsync(string key, CancellationToken cancellation = default) => await SendAsync(["GET"u8.ToArray(), Utf8(key)], cancellation) as byte[];

    /// <summary>Sets the value of a key.</summary>
    /// <param name="key">Any text.</param>
    /// <param name="value">Any bytes.</param>
    /// <param name="expiry">When it is forgotten, from now, at least a millisecond. Null: never.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? expiry = null, CancellationToken cancellation = default)
    {
        ReadOnlyMemory<byte>[] command = expiry is { } after
            ? ["SET"u8.ToArray(), Utf8(key), value, "PX"u8.ToArray(), Utf8(Math.Max(1, (long)after.TotalMilliseconds).ToString(CultureInfo.InvariantCulture))]
            : ["SET"u8.ToArray(), Utf8(key), value];
        await SendAsync(command, cancellation);
    }

    /// <summary>Closes the connections. Commands under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        isDisposed = true;
        while (idle.TryPop(out var connection)) await connection.DisposeAsync();
    }

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    async Task<object?> SendAsync(ReadOnlyMemory<byte>[] command, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        using var span = Source.HasListeners() ? Source.StartActivity(Encoding.ASCII.GetString(command[0].Span), ActivityKind.Client) : null;
        span?.SetTag("db.system.name", "redis").SetTag("server.address", options.Host).SetTag("server.port", options.Port).SetTag("db.operation.name", span.OperationName);
        await free.WaitAsync(cancellation);
        try
        {
            var answer = await SendOnceAsync(command, mayRetry: true, cancellation);
            return answer is RedisException refused ? throw refused : answer;
        }
        catch (Exception error)
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", error.GetType().FullName);
            throw;
        }
        finally
        {
            free.Release();
        }
    }

    async Task<object?> SendOnceAsync(ReadOnlyMemory<byte>[] command, bool mayRetry, CancellationToken cancellation)
    {
        var connection = idle.TryPop(out var pooled) ? pooled : await WithinAsync(options.ConnectTimeout, "connect", token => RedisConnection.OpenAsync(options, token), cancellation);
        var wasUsed = connection.IsUsed;
        try
        {
            var answer = await WithinAsync(options.CommandTimeout, "answer", token => connection.SendAsync(command, token).AsTask(), cancellation);
            if (isDisposed) await connection.DisposeAsync();
            else idle.Push(connection);
            return answer;
        }
        catch (Exception error)
        {
            await connection.DisposeAsync(); // What is left of an answer would be taken for the next one's.
            if (error is not IOException || !wasUsed || !mayRetry) throw;
        }
        while (idle.TryPop(out var stale)) await stale.DisposeAsync(); // The server went away: none of them is any good.
        return await SendOnceAsync(command, mayRetry: false, cancellation);
    }

    async Task<T> WithinAsync<T>(TimeSpan limit, string what, Func<CancellationToken, Task<T>> action, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        try
        {
            return await action(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"Redis at {options.Host}:{options.Port.ToString(CultureInfo.InvariantCulture)} did not {what} within {limit}");
        }
    }
}
