using System.Collections;

namespace Pharos.AspNetCore.Logs;

/// <summary>Writes dictionaries as objects and other sequences as arrays, however deep, wide or faulty they are.</summary>
/// <remarks>Limits: 8 levels, which also ends cycles; 100 items a level; then an ellipsis. A sequence that throws ends with what it threw.</remarks>
static class NestedValues
{
    const int MaxDepth = 8;
    const int MaxItems = 100;

    public static void Write(LogLine line, IEnumerable many, int depth)
    {
        if (depth >= MaxDepth)
        {
            line.Json.WriteStringValue("…");
            return;
        }
        switch (many)
        {
            case IEnumerable<KeyValuePair<string, object?>> pairs: WriteObject(line, pairs.Select(pair => (pair.Key, pair.Value)), depth); break;
            case IEnumerable<KeyValuePair<string, string?>> pairs: WriteObject(line, pairs.Select(pair => (pair.Key, (object?)pair.Value)), depth); break;
            case IDictionary dictionary: WriteObject(line, Entries(dictionary), depth); break;
            default: WriteArray(line, many, depth); break;
        }
    }

    /// <summary>As a message shows a sequence: its items with commas.</summary>
    public static void Append(IEnumerable many, LogLine line, Action<LogLine, string> append, Func<object?, string> textOf)
    {
        var count = 0;
        try
        {
            foreach (var item in many)
            {
                if (count > 0) append(line, ", ");
                if (count++ == MaxItems)
                {
                    append(line, "…");
                    return;
                }
                append(line, textOf(item));
            }
        }
        catch (Exception fault)
        {
            append(line, $"({many.GetType()} threw {fault.GetType()})");
        }
    }

    static void WriteObject(LogLine line, IEnumerable<(string Key, object? Value)> pairs, int depth)
    {
        line.Json.WriteStartObject();
        var count = 0;
        try
        {
            foreach (var (key, value) in pairs)
            {
                if (count++ == MaxItems || line.IsFull)
                {
                    line.Json.WriteString("…", "…");
                    break;
                }
                line.WriteNested(key, value, depth + 1);
            }
        }
        catch (Exception fault)
        {
            line.Json.WriteString("…", $"threw {fault.GetType()}");
        }
        line.Json.WriteEndObject();
    }

    static void WriteArray(LogLine line, IEnumerable many, int depth)
    {
        line.Json.WriteStartArray();
        var count = 0;
        try
        {
            foreach (var item in many)
            {
                if (count++ == MaxItems || line.IsFull)
                {
                    line.Json.WriteStringValue("…");
                    break;
                }
                line.WriteNested(null, item, depth + 1);
            }
        }
        catch (Exception fault)
        {
            line.Json.WriteStringValue($"(threw {fault.GetType()})");
        }
        line.Json.WriteEndArray();
    }

    static IEnumerable<(string Key, object? Value)> Entries(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary) yield return (entry.Key.ToString() ?? "", entry.Value);
    }
}
