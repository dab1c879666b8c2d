namespace Pharos.AspNetCore.Settings;

/// <summary>How many letters must be added, taken away or changed to make one name of another, without regard to case (Levenshtein).</summary>
static class NameDistance
{
    /// <summary>Longer names are not compared to their end: a hostile key costs no more than this.</summary>
    const int MaxLength = 64;

    public static int Between(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        one = one[..Math.Min(one.Length, MaxLength)];
        other = other[..Math.Min(other.Length, MaxLength)];
        Span<int> row = stackalloc int[other.Length + 1];
        for (var at = 0; at <= other.Length; at++) row[at] = at;
        for (var i = 0; i < one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < other.Length; j++)
            {
                var change = diagonal + (char.ToLowerInvariant(one[i]) == char.ToLowerInvariant(other[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(change, Math.Min(row[j], diagonal) + 1);
            }
        }
        return row[other.Length];
    }
}
