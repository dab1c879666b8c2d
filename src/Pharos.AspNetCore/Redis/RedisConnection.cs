using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Pharos.AspNetCore.Redis;

/// <summary>One connection, logged in. One command at a time.</summary>
sealed class RedisConnection : IAsyncDisposable
{
    readonly Stream stream;
    readonly RespReader reader;

    RedisConnection(Stream stream) => (this.stream, reader) = (stream, new(stream));

    /// <summary>Whether it answered before: then a failure may only mean that the server closed it meanwhile.</summary>
    public bool IsUsed { get; set; }

    public static async Task<RedisConnection> OpenAsync(RedisOptions options, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellation);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.UsesTls)
            {
                var tls = new SslStream(stream, leaveInnerStreamOpen: false);
                stream = tls;
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = options.Host, RemoteCertificateValidationCallback = options.CertificateValidation }, cancellation);
            }
            var connection = new RedisConnection(stream);
            if (options.Password is { } password)
            {
                byte[][] login = options.User is { } user ? [Utf8("AUTH"), Utf8(user), Utf8(password)] : [Utf8("AUTH"), Utf8(password)];
                await connection.RequireAsync(login, cancellation);
            }
            if (options.Database != 0) await connection.RequireAsync([Utf8("SELECT"), Utf8(options.Database.ToString(CultureInfo.InvariantCulture))], cancellation);
            return connection;
        }
        catch
        {
            if (stream is not null) await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and reads its answer, which may be a <see cref="RedisException"/> as a value.</summary>
    public async ValueTask<object?> SendAsync(ReadOnlyMemory<byte>[] command, CancellationToken cancellation)
    {
        using var message = new MemoryStream(64);
        message.Write(Utf8(string.Create(CultureInfo.InvariantCulture, $"*{command.Length}\r\n")));
        foreach (var part in command)
        {
            message.Write(Utf8(string.Create(CultureInfo.InvariantCulture, $"${part.Length}\r\n")));
            message.Write(part.Span);
            message.Write("\r\n"u8);
        }
        await stream.WriteAsync(message.GetBuffer().AsMemory(0, (int)message.Length), cancellation);
        await stream.FlushAsync(cancellation);
        var answer = await reader.ReadAsync(cancellation);
        IsUsed = true;
        return answer;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    async ValueTask RequireAsync(byte[][] command, CancellationToken cancellation)
    {
        if (await SendAsync([.. command.Select(part => new ReadOnlyMemory<byte>(part))], cancellation) is RedisException refused) throw refused;
    }
}
