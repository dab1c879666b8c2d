using System.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>A template and the text it came from, which positions in messages refer to.</summary>
sealed record ParsedTemplate(string Name, string ParseName, string Text, ListNode Body, bool IsEmpty)
{
    /// <summary>Where in the text, as Go counts: lines from 1, columns in bytes from 0.</summary>
    public (int Line, int Column) LocationOf(int position) => (1 + Text.AsSpan(0, position).Count('\n'), ColumnOf(Text, position));

    public static int ColumnOf(string text, int position)
    {
        var before = text.AsSpan(0, Math.Min(position, text.Length));
        return Encoding.UTF8.GetByteCount(before[(before.LastIndexOf('\n') + 1)..]);
    }
}
