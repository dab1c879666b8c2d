using System.Globalization;
using System.Net.Security;

namespace Pharos.AspNetCore.Redis;

/// <summary>Where a Redis is and how to log in.</summary>
public sealed record RedisOptions
{
    /// <summary>Name or address.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 6379;

    /// <summary>User of an access control list. Null: the default user.</summary>
    public string? User { get; init; }

    /// <summary>Null: no login.</summary>
    public string? Password { get; init; }

    /// <summary>Number of the database that is selected.</summary>
    public int Database { get; init; }

    /// <summary>Whether the connection is encrypted.</summary>
    public bool UsesTls { get; init; }

    /// <summary>How the server's certificate is judged. Null: as the operating system does.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    /// <summary>Time to connect and log in.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for one command.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most connections at once; further commands wait for one.</summary>
    public int MaxConnections { get; init; } = 16;

    /// <summary>Reads <c>redis://user:password@host:port/0</c>, <c>rediss://…</c> for TLS, or <c>host:port,password=…,user=…,ssl=true,defaultDatabase=0</c>.</summary>
    /// <exception cref="FormatException">It is none of these; the message never holds the password.</exception>
    public static RedisOptions Parse(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal)) return ParseUrl(text);
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) throw new FormatException("a Redis connection string is empty; write host:port or redis://host:port");
        var options = Address(new(), parts[0]);
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw new FormatException("a part of a Redis connection string has no =; only one server can be given");
            var value = part[(equals + 1)..];
            options = part[..equals].ToLowerInvariant() switch
            {
                "password" => options with { Password = value },
                "user" => options with { User = value },
                "ssl" => options with { UsesTls = bool.TryParse(value, out var tls) ? tls : throw new FormatException("ssl of a Redis connection string must be true or false") },
                "defaultdatabase" => options with { Database = Whole(value, "defaultDatabase") },
                "connecttimeout" => options with { ConnectTimeout = TimeSpan.FromMilliseconds(Whole(value, "connectTimeout")) },
                "synctimeout" or "asynctimeout" => options with { CommandTimeout = TimeSpan.FromMilliseconds(Whole(value, "asyncTimeout")) },
                _ => options, // Other clients have settings that mean nothing here.
            };
        }
        return options;
    }

    static RedisOptions ParseUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss")) throw new FormatException("a Redis address must begin with redis:// or rediss://");
        var login = url.UserInfo.Split(':', 2);
        return new()
        {
            Host = url.Host.Length > 0 ? url.Host : "127.0.0.1",
            Port = url.Port > 0 ? url.Port : 6379,
            UsesTls = url.Scheme == "rediss",
            User = login.Length == 2 && login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : null,
            Password = login.Length == 2 ? Uri.UnescapeDataString(login[1]) : null,
            Database = url.AbsolutePath.Length > 1 ? Whole(url.AbsolutePath[1..], "the path of a Redis address") : 0,
        };
    }

    static RedisOptions Address(RedisOptions options, string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0) return options with { Host = text };
        var port = Whole(text[(colon + 1)..], "the port of a Redis server");
        return port is > 0 and < 65_536 ? options with { Host = text[..colon], Port = port } : throw new FormatException("the port of a Redis server must be from 1 to 65535");
    }

    static int Whole(string text, string what) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"{what} must be a whole number");
}
