namespace Pharos.AspNetCore.Redis;

/// <summary>The server refused a command, or answered what is no Redis answer.</summary>
public sealed class RedisException : Exception
{
    /// <summary>With what the server said.</summary>
    public RedisException(string message)
        : base(message)
    {
    }

    /// <summary>With what the server said, and the fault below it.</summary>
    public RedisException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
