using Pharos.AspNetCore.Logs;
using Pharos.AspNetCore.Redaction;

namespace Pharos.AspNetCore.Errors;

/// <summary>Lists an exception and those inside it as the protocol wants them: the innermost first, each with its parent.</summary>
/// <remarks>Limits: 16 exceptions, each once: a cycle ends where it began. Messages of at most 8 192 UTF-16 units.</remarks>
sealed class ExceptionReader(StackReader stacks, Redactor redactor)
{
    const int MaxExceptions = 16;
    const int MaxMessageLength = 8_192;

    public IReadOnlyList<ReportedException> Read(Exception exception, bool isHandled, string mechanism)
    {
        var found = new List<ReportedException>();
        var seen = new HashSet<Exception>(ReferenceEqualityComparer.Instance);
        var waiting = new Queue<(Exception Exception, int? Parent, string? Source)>([(exception, null, null)]);
        while (found.Count < MaxExceptions && waiting.TryDequeue(out var next))
        {
            if (!seen.Add(next.Exception)) continue;
            var id = found.Count;
            var type = next.Exception.GetType();
            found.Add(new ReportedException
            {
                Type = type.Name,
                Module = type.Namespace,
                Value = redactor.Scrub(ShortText.Cut(ExceptionText.MessageOf(next.Exception), MaxMessageLength)),
                Frames = stacks.Read(next.Exception),
                Id = id,
                ParentId = next.Parent,
                Source = next.Source,
                IsGroup = next.Exception is AggregateException,
                IsHandled = isHandled,
                Mechanism = next.Parent is null ? mechanism : "chained",
            });
            if (next.Exception is AggregateException many)
            {
                for (var at = 0; at < many.InnerExceptions.Count; at++) waiting.Enqueue((many.InnerExceptions[at], id, $"InnerExceptions[{at}]"));
            }
            else if (next.Exception.InnerException is { } inner)
            {
                waiting.Enqueue((inner, id, "InnerException"));
            }
        }
        found.Reverse();
        return found;
    }
}
