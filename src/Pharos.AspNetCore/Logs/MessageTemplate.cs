using System.Collections.Concurrent;

namespace Pharos.AspNetCore.Logs;

/// <summary>A message template such as <c>Order {OrderId} took {Ms:F1} ms</c>, taken apart once.</summary>
/// <remarks>
/// <para>Needed so that a message is rendered straight into the line's buffer: the formatter that <c>ILogger</c> hands over makes a string each time.</para>
/// <para>Limits: 1 000 templates are kept. Applications that paste values into the template make endless ones; those are taken apart each time.</para>
/// </remarks>
sealed class MessageTemplate
{
    const int MaxKept = 1_000;
    static readonly ConcurrentDictionary<string, MessageTemplate> Kept = new(StringComparer.Ordinal);
    static int kept;

    readonly List<Segment> segments = [];

    MessageTemplate(string text) => IsSimple = TryParse(text);

    /// <summary>Whether rendering here is the same as the formatter's work; alignments and malformed templates are left to that.</summary>
    public bool IsSimple { get; }

    public IReadOnlyList<Segment> Segments => segments;

    public static MessageTemplate Of(string text)
    {
        if (Kept.TryGetValue(text, out var template)) return template;
        template = new MessageTemplate(text);
        if (Volatile.Read(ref kept) < MaxKept && Kept.TryAdd(text, template)) Interlocked.Increment(ref kept);
        return template;
    }

    bool TryParse(string text)
    {
        var literal = new System.Text.StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is '{' or '}' && at + 1 < text.Length && text[at + 1] == text[at])
            {
                literal.Append(text[at++]);
                continue;
            }
            if (text[at] == '}') return false;
            if (text[at] != '{')
            {
                literal.Append(text[at]);
                continue;
            }
            var end = text.IndexOf('}', at);
            if (end < 0) return false;
            var hole = text[(at + 1)..end];
            if (hole.AsSpan().IndexOfAny('{', ',') >= 0) return false;
            if (literal.Length > 0) segments.Add(new Segment(literal.ToString(), null, null));
            literal.Clear();
            var colon = hole.IndexOf(':', StringComparison.Ordinal);
            segments.Add(colon < 0 ? new Segment(null, hole, null) : new Segment(null, hole[..colon], hole[(colon + 1)..]));
            at = end;
        }
        if (literal.Length > 0) segments.Add(new Segment(literal.ToString(), null, null));
        return true;
    }

    /// <summary>Either a literal or a placeholder, which may have a format.</summary>
    public readonly record struct Segment(string? Literal, string? Name, string? Format);
}
