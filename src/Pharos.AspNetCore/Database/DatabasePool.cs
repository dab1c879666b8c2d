using System.Data;
using System.Data.Common;

namespace Pharos.AspNetCore.Database;

/// <summary>What can be told of a provider's pool from outside: connections handed out, and callers that wait because it is used up.</summary>
/// <remarks>Threads: any.</remarks>
sealed class DatabasePool(int maxSize)
{
    /// <summary>Of providers that do not say: .NET's usual size.</summary>
    const int UsualSize = 100;

    int open;
    int opening;
    int peak;

    public int CheckedOut => Volatile.Read(ref open);

    /// <summary>Connections that the pool made and has back, as far as it kept them.</summary>
    public int CheckedIn => Math.Max(0, Math.Min(maxSize, Volatile.Read(ref peak)) - CheckedOut);

    /// <summary>Callers above what the pool may hold: those that wait for a connection, or hold one that the pool will not keep.</summary>
    public int Overflow => Math.Max(0, CheckedOut + Volatile.Read(ref opening) - maxSize);

    public static DatabasePool Of(string? connectionString) => new(SizeOf(connectionString));

    /// <summary>A caller waits for a connection until what is returned is disposed, once.</summary>
    public Wait Opening()
    {
        Interlocked.Increment(ref opening);
        return new(this);
    }

    public void Changed(ConnectionState before, ConnectionState now)
    {
        var (was, isNow) = ((before & ConnectionState.Open) != 0, (now & ConnectionState.Open) != 0);
        if (was == isNow) return;
        var current = isNow ? Interlocked.Increment(ref open) : Interlocked.Decrement(ref open);
        for (var known = Volatile.Read(ref peak); current > known; known = Volatile.Read(ref peak)) Interlocked.CompareExchange(ref peak, current, known);
    }

    public readonly struct Wait(DatabasePool pool) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref pool.opening);
    }

    static int SizeOf(string? connectionString)
    {
        try
        {
            var settings = new DbConnectionStringBuilder { ConnectionString = connectionString };
            foreach (var key in (string[])["Max Pool Size", "Maximum Pool Size", "MaxPoolSize", "MaximumPoolSize"])
            {
                if (settings.TryGetValue(key, out var text) && int.TryParse(text as string, out var size) && size > 0) return size;
            }
        }
        catch (ArgumentException)
        {
            // The provider understands its own text, or says so itself when it opens.
        }
        return UsualSize;
    }
}
