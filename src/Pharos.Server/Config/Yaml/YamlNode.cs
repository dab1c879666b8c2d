namespace Pharos.Server.Config.Yaml;

/// <summary>A part of a YAML document with the place it was written at (1-based). Aliases share the node they stand for.</summary>
abstract class YamlNode(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>What it is, for messages: <c>a list</c>, <c>a mapping</c>, or the text in quotes.</summary>
    public abstract string Describe();
}

/// <summary>A single value, still as text: what type it has is decided by the key it is written for.</summary>
/// <param name="isPlain">Written without quotes or block mark.</param>
/// <param name="contentLine">Where the text itself begins: below the <c>|</c> of a block, behind the quote of a quoted one.</param>
sealed class YamlScalar(string text, bool isPlain, int line, int column, int contentLine, int contentColumn) : YamlNode(line, column)
{
    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;

    public int ContentLine { get; } = contentLine;

    public int ContentColumn { get; } = contentColumn;

    /// <summary>The place in the file of a place inside the text, both 1-based. In folded and escaped text it is near, not exact.</summary>
    public (int Line, int Column) PlaceOf(int line, int column) => line switch
    {
        <= 0 => (Line, Column),
        1 => (ContentLine, ContentColumn + Math.Max(1, column) - 1),
        _ => (ContentLine + line - 1, (ContentColumn == Column ? 1 : ContentColumn) + Math.Max(1, column) - 1),
    };

    /// <summary>Nothing was written, or one of YAML's words for nothing.</summary>
    public bool IsNull { get; } = isPlain && text is ("" or "~" or "null" or "Null" or "NULL");

    public override string Describe() => Text.Length <= 60 ? $"\"{Text.ReplaceLineEndings("\\n")}\"" : $"\"{Text[..57].ReplaceLineEndings("\\n")}...\"";
}

sealed class YamlSequence(IReadOnlyList<YamlNode> items, int line, int column) : YamlNode(line, column)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override string Describe() => "a list";
}

/// <summary>Keys and values in the order written; merge keys (<c>&lt;&lt;</c>) are already laid in. Keys are distinct.</summary>
sealed class YamlMapping(IReadOnlyList<YamlEntry> entries, int line, int column) : YamlNode(line, column)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public YamlEntry? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Text == key) return entry;
        }
        return null;
    }

    public override string Describe() => "a mapping";
}

sealed record YamlEntry(YamlScalar Key, YamlNode Value);
