using System.Text;
using Pharos.Model.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pharos.Server.Config.Yaml;

/// <summary>Reads one YAML document into nodes with positions. Also reads JSON, which is YAML.</summary>
/// <remarks>
/// <para>Limits: <see cref="MaxBytes"/>, <see cref="MaxDepth"/>, and <see cref="MaxExpandedNodes"/> counted with aliases written out, so
/// that a page of aliases of aliases costs nothing and is refused.</para>
/// <para>Errors: every fault becomes a diagnostic; after a fault of the syntax nothing more can be read and the result is null.</para>
/// </remarks>
sealed class YamlReader
{
    public const int MaxBytes = 16 << 20;
    public const int MaxDepth = 64;
    public const int MaxExpandedNodes = 2_000_000;
    const int MaxRereads = 500;
    const long MaxRereadCharacters = 50_000_000;

    /// <summary>Deeper than any text is nested.</summary>
    static readonly string MovedRight = new(' ', 4 * MaxDepth);

    readonly string file;
    readonly List<Diagnostic> diagnostics;
    readonly IParser events;
    readonly string[] lines;
    readonly Dictionary<string, (YamlNode Node, long Size)> anchors = new(StringComparer.Ordinal);

    YamlReader(string file, string text, List<Diagnostic> diagnostics)
    {
        this.file = file;
        this.diagnostics = diagnostics;
        lines = text.Split('\n');
        events = new Parser(new StringReader(text));
    }

    /// <summary>The document; null when it is empty or cannot be read (then a diagnostic says why).</summary>
    public static YamlNode? Read(string file, ReadOnlySpan<byte> bytes, List<Diagnostic> diagnostics)
    {
        if (!YamlText.TryDecode(file, bytes, MaxBytes, diagnostics, out var text)) return null;
        for (var retries = 0; ; retries++)
        {
            var found = new List<Diagnostic>();
            var reader = new YamlReader(file, text, found);
            try
            {
                var node = reader.ReadDocument();
                diagnostics.AddRange(found);
                return node;
            }
            catch (YamlException error)
            {
                if ((long)retries * text.Length < MaxRereadCharacters && retries < MaxRereads && TryIndentContinuation(error, reader.lines) is { } indented)
                {
                    text = indented;
                    continue;
                }
                found.Add(Diagnostic.Error(file, (int)error.Start.Line, (int)error.Start.Column, $"YAML cannot be read: {Tidy(error)}"));
            }
            catch (InvalidOperationException)
            {
                // The library gives up so on some broken flow lists, without saying where; the last thing it understood is near.
                var near = reader.events.Current?.End ?? Mark.Empty;
                found.Add(Diagnostic.Error(file, (int)near.Line, (int)near.Column, "YAML cannot be read behind here; look for a bracket or quote that is not closed"));
            }
            catch (YamlLimitException limit)
            {
                found.Add(Diagnostic.Error(file, limit.Line, limit.Column, limit.Message));
            }
            diagnostics.AddRange(found);
            return null;
        }
    }

    /// <summary>A quoted text may go on in lines that are indented no deeper than its key: Prometheus' reader takes them, the library does not.
    /// White space there is folded anyway, so the line is moved to the right and read again. Null: the fault is another one.</summary>
    static string? TryIndentContinuation(YamlException error, string[] lines)
    {
        if (!error.Message.Contains("wrong indentation", StringComparison.Ordinal) || error.End.Line < 1 || error.End.Line > lines.Length) return null;
        var at = (int)error.End.Line - 1;
        if (lines[at].StartsWith(MovedRight, StringComparison.Ordinal)) return null;
        lines[at] = MovedRight + lines[at];
        return string.Join('\n', lines);
    }

    YamlNode? ReadDocument()
    {
        events.Consume<StreamStart>();
        if (events.Accept<StreamEnd>(out _)) return null;
        events.Consume<DocumentStart>();
        var (root, _) = ReadNode(depth: 1);
        events.Consume<DocumentEnd>();
        if (events.Accept<DocumentStart>(out var second))
        {
            diagnostics.Add(Diagnostic.Warning(file, (int)second.Start.Line, (int)second.Start.Column,
                "a second YAML document begins here and is not read; put everything into the first, or into files of its own"));
        }
        return root is YamlScalar { IsNull: true } ? null : root;
    }

    (YamlNode Node, long Size) ReadNode(int depth)
    {
        if (events.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.TryGetValue(alias.Value.Value, out var known)
                ? known
                : throw Limit(alias, $"alias \"*{alias.Value}\" has no anchor above it; write \"&{alias.Value}\" where the value is, or the value itself");
        }
        events.Accept<ParsingEvent>(out var start);
        if (depth > MaxDepth) throw Limit(start, $"nested deeper than {MaxDepth} levels; no configuration needs that");
        (YamlNode Node, long Size) result = start switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadSequence(depth),
            _ => ReadMapping(depth),
        };
        if (result.Size > MaxExpandedNodes) throw Limit(start, $"holds more than {MaxExpandedNodes} values when its aliases are written out; write fewer");
        if (start is NodeEvent { Anchor.IsEmpty: false } anchored) anchors[anchored.Anchor.Value] = result;
        return result;
    }

    (YamlNode, long) ReadScalar()
    {
        var scalar = events.Consume<Scalar>();
        var text = scalar.Value;
        var isPlain = scalar.Style == ScalarStyle.Plain;
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
        {
            (text, isPlain) = ApplyTag(scalar, text, isPlain);
        }
        var (contentLine, contentColumn) = ContentStart(scalar);
        return (new YamlScalar(text, isPlain, (int)scalar.Start.Line, (int)scalar.Start.Column, contentLine, contentColumn), 1);
    }

    (string Text, bool IsPlain) ApplyTag(Scalar scalar, string text, bool isPlain)
    {
        switch (scalar.Tag.Value)
        {
            case "tag:yaml.org,2002:str":
                return (text, false);
            case "tag:yaml.org,2002:null":
                return ("", true);
            case "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool":
                return (text, isPlain);
            case "tag:yaml.org,2002:binary":
                var bytes = new byte[text.Length];
                if (!Convert.TryFromBase64String(text, bytes, out var count))
                {
                    Report(scalar, $"\"{text}\" is no base64; write the text itself, without !!binary");
                    return (text, false);
                }
                if (!YamlText.TryDecodeUtf8(bytes.AsSpan(0, count), out var decoded))
                {
                    Report(scalar, $"\"{text}\" holds bytes that are no UTF-8 text; only text can be written here");
                }
                return (decoded, false);
            default:
                Report(scalar, $"tag \"{scalar.Tag.Value}\" means nothing here; remove it");
                return (text, isPlain);
        }
    }

    /// <summary>Where the first character of the value stands, so that faults inside an expression can be pointed at.</summary>
    (int Line, int Column) ContentStart(Scalar scalar)
    {
        var line = (int)scalar.Start.Line;
        var column = (int)scalar.Start.Column;
        switch (scalar.Style)
        {
            case ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted:
                return (line, column + 1);
            case ScalarStyle.Literal or ScalarStyle.Folded:
                var content = line; // As an index: the line below the mark.
                while (content < lines.Length - 1 && string.IsNullOrWhiteSpace(lines[content])) content++;
                var indent = content < lines.Length ? lines[content].Length - lines[content].TrimStart(' ').Length : 0;
                return (content + 1, indent + 1);
            default:
                return (line, column);
        }
    }

    (YamlNode, long) ReadSequence(int depth)
    {
        var start = events.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        var size = 1L;
        while (!events.TryConsume<SequenceEnd>(out _))
        {
            var (item, itemSize) = ReadNode(depth + 1);
            items.Add(item);
            size = AddSizes(start, size, itemSize);
        }
        return (new YamlSequence(items, (int)start.Start.Line, (int)start.Start.Column), size);
    }

    (YamlNode, long) ReadMapping(int depth)
    {
        var start = events.Consume<MappingStart>();
        var entries = new List<YamlEntry>();
        var firstByKey = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        var merged = new List<YamlMapping>();
        var size = 1L;
        while (!events.TryConsume<MappingEnd>(out _))
        {
            var (keyNode, keySize) = ReadNode(depth + 1);
            var (value, valueSize) = ReadNode(depth + 1);
            size = AddSizes(start, size, keySize + valueSize);
            if (keyNode is not YamlScalar key)
            {
                Report(keyNode, $"{keyNode.Describe()} cannot be a key; write a name, and put values with {{ or [ in quotes");
            }
            else if (key.Text == "<<" && value is not YamlScalar)
            {
                CollectMerge(value, merged);
            }
            else if (firstByKey.TryGetValue(key.Text, out var first))
            {
                Report(key, $"key \"{key.Text}\" is written twice (first in line {first.Line}); keep one");
            }
            else
            {
                firstByKey.Add(key.Text, key);
                entries.Add(new(key, value));
            }
        }
        foreach (var entry in merged.SelectMany(mapping => mapping.Entries))
        {
            if (firstByKey.TryAdd(entry.Key.Text, entry.Key)) entries.Add(entry); // What is written here itself goes before what is merged in.
        }
        return (new YamlMapping(entries, (int)start.Start.Line, (int)start.Start.Column), size);
    }

    void CollectMerge(YamlNode value, List<YamlMapping> merged)
    {
        foreach (var item in value is YamlSequence list ? list.Items : [value])
        {
            if (item is YamlMapping mapping) merged.Add(mapping);
            else Report(item, $"\"<<\" merges mappings, not {item.Describe()}; write an alias of a mapping");
        }
    }

    long AddSizes(ParsingEvent start, long size, long more) =>
        size + more <= MaxExpandedNodes ? size + more : throw Limit(start, $"holds more than {MaxExpandedNodes} values when its aliases are written out; write fewer");

    void Report(ParsingEvent where, string message) => diagnostics.Add(Diagnostic.Error(file, (int)where.Start.Line, (int)where.Start.Column, message));

    void Report(YamlNode where, string message) => diagnostics.Add(Diagnostic.Error(file, where.Line, where.Column, message));

    static YamlLimitException Limit(ParsingEvent? where, string message) => new((int)(where?.Start.Line ?? 0), (int)(where?.Start.Column ?? 0), message);

    /// <summary>The library's sentence, as a clause of ours.</summary>
    static string Tidy(YamlException error)
    {
        var message = error.Message;
        var colon = message.StartsWith('(') ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        if (colon >= 0) message = message[(colon + 3)..];
        message = message.TrimEnd('.');
        return message.Length == 0 ? "unknown reason" : $"{char.ToLowerInvariant(message[0])}{message[1..]}";
    }

    sealed class YamlLimitException(int line, int column, string message) : Exception(message)
    {
        public int Line { get; } = line;

        public int Column { get; } = column;
    }
}
