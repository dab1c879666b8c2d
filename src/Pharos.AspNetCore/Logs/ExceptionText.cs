using System.Text;

namespace Pharos.AspNetCore.Logs;

/// <summary>Writes an exception as .NET does (type, message, inner ones, stack), whatever that exception is like.</summary>
/// <remarks>
/// <para><see cref="Exception.ToString"/> is not used: a cycle of inner exceptions ends the process there, and any member of an application's own
/// exception may throw.</para>
/// <para>Limits: 8 levels, 16 exceptions, <c>maxLength</c> UTF-16 units, then an ellipsis.</para>
/// </remarks>
static class ExceptionText
{
    const int MaxDepth = 8;
    const int MaxExceptions = 16;

    public static string Of(Exception exception, int maxLength)
    {
        var text = new StringBuilder(1_024);
        var seen = new HashSet<Exception>(ReferenceEqualityComparer.Instance);
        Append(text, exception, 0, seen, maxLength);
        if (text.Length <= maxLength) return text.ToString();
        text.Length = maxLength;
        return text.Append('…').ToString();
    }

    /// <summary>The message, or what stands for it when reading it throws.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception fault)
        {
            return $"(reading the message threw {fault.GetType()})";
        }
    }

    static void Append(StringBuilder text, Exception exception, int depth, HashSet<Exception> seen, int maxLength)
    {
        text.Append(exception.GetType()).Append(": ").Append(MessageOf(exception));
        if (!seen.Add(exception))
        {
            text.Append(" (told above)");
            return;
        }
        if (exception is AggregateException many)
        {
            for (var at = 0; at < many.InnerExceptions.Count; at++) AppendInner(text, many.InnerExceptions[at], $"(#{at}) ", depth, seen, maxLength);
        }
        else if (exception.InnerException is { } inner)
        {
            AppendInner(text, inner, "", depth, seen, maxLength);
        }
        if (StackOf(exception) is { Length: > 0 } stack) text.Append('\n').Append(stack);
    }

    static void AppendInner(StringBuilder text, Exception inner, string number, int depth, HashSet<Exception> seen, int maxLength)
    {
        if (depth >= MaxDepth || seen.Count >= MaxExceptions || text.Length > maxLength) return;
        text.Append("\n ---> ").Append(number);
        Append(text, inner, depth + 1, seen, maxLength);
        text.Append("\n   --- End of inner exception stack trace ---");
    }

    static string? StackOf(Exception exception)
    {
        try
        {
            return exception.StackTrace;
        }
        catch (Exception fault)
        {
            return $"   (reading the stack threw {fault.GetType()})";
        }
    }
}
