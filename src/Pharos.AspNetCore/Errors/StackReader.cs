using System.Diagnostics;

namespace Pharos.AspNetCore.Errors;

/// <summary>Turns the stack of an exception into frames, the outermost call first as the Sentry protocol has it.</summary>
/// <remarks>
/// <para>By <see cref="DiagnosticMethodInfo"/>, which survives trimming. What the compiler makes of asynchronous methods, iterators and lambdas is told under
/// the name that stands in the source.</para>
/// <para>Limits: the innermost 250 frames.</para>
/// </remarks>
sealed class StackReader(ErrorOptions options)
{
    const int MaxFrames = 250;

    public IReadOnlyList<ReportedFrame> Read(Exception exception)
    {
        StackFrame[] stack;
        try
        {
            stack = new StackTrace(exception, fNeedFileInfo: true).GetFrames();
        }
        catch (Exception)
        {
            // An exception that overrides its own stack may throw; the report goes without.
            return [];
        }
        var frames = new List<ReportedFrame>(Math.Min(stack.Length, MaxFrames));
        for (var at = Math.Min(stack.Length, MaxFrames) - 1; at >= 0; at--)
        {
            if (DiagnosticMethodInfo.Create(stack[at]) is not { } method) continue;
            var (module, function) = SourceName(method.DeclaringTypeName ?? "", method.Name);
            // Machinery of await: it stands between any two asynchronous calls and says nothing.
            if (module is "System.Runtime.ExceptionServices.ExceptionDispatchInfo" || module.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal)) continue;
            frames.Add(new ReportedFrame(function, module.Length == 0 ? null : module, AssemblyName(method.DeclaringAssemblyName), stack[at].GetFileName(), stack[at].GetFileLineNumber(), stack[at].GetFileColumnNumber(), IsInApp(module)));
        }
        return frames;
    }

    bool IsInApp(string module)
    {
        if (options.InAppInclude.Any(prefix => module.StartsWith(prefix, StringComparison.Ordinal))) return true;
        if (options.InAppExclude.Any(prefix => module.StartsWith(prefix, StringComparison.Ordinal))) return false;
        return !IsBelow(module, "System") && !IsBelow(module, "Microsoft") && !IsBelow(module, "Pharos.AspNetCore");
    }

    static bool IsBelow(string module, string root) => module.StartsWith(root, StringComparison.Ordinal) && (module.Length == root.Length || module[root.Length] == '.');

    static string? AssemblyName(string? full) => full?.Split(',')[0];

    /// <summary><c>Shop.Orders+&lt;PlaceAsync&gt;d__3</c> and <c>MoveNext</c> become <c>Shop.Orders</c> and <c>PlaceAsync</c>.</summary>
    internal static (string Module, string Function) SourceName(string type, string method)
    {
        var made = type.IndexOf("+<", StringComparison.Ordinal);
        if (made >= 0)
        {
            var end = type.IndexOf('>', made);
            if (end > made + 2 && method == "MoveNext") return (type[..made], UserName(type[(made + 1)..]));
            type = type[..made];
        }
        return (type, method.StartsWith('<') ? UserName(method) : method);
    }

    /// <summary>The name between the outermost brackets, which may hold another made name: <c>&lt;&lt;Main&gt;b__0&gt;d</c> is <c>Main</c>.</summary>
    static string UserName(string made)
    {
        var start = 0;
        while (start < made.Length && made[start] == '<') start++;
        var end = made.IndexOf('>', start);
        if (end <= start) return made;
        var name = made[start..end];
        if (made.Contains(">b__", StringComparison.Ordinal)) return name + ".lambda";
        var local = made.IndexOf(">g__", StringComparison.Ordinal);
        if (local < 0) return name;
        var bar = made.IndexOf('|', local);
        return bar < 0 ? name : $"{name}.{made[(local + 4)..bar]}";
    }
}
