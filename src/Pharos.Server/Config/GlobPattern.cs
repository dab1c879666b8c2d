namespace Pharos.Server.Config;

/// <summary>One part of a path pattern: <c>*</c> any characters, <c>?</c> one, <c>[a-z]</c> or <c>[^a-z]</c> one of a set, <c>\x</c> x itself.</summary>
static class GlobPattern
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // The usual greedy walk: on a mismatch the last star takes one more character. Linear for one star, quadratic at worst.
        int p = 0, n = 0, star = -1, starName = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starName = n;
            }
            else if (p < pattern.Length && TryOne(pattern, name[n], p, out var next))
            {
                p = next;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++starName;
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    static bool TryOne(ReadOnlySpan<char> pattern, char character, int at, out int next)
    {
        next = at + 1;
        switch (pattern[at])
        {
            case '?':
                return true;
            case '\\' when at + 1 < pattern.Length:
                next = at + 2;
                return pattern[at + 1] == character;
            case '[':
                var close = pattern[(at + 1)..].IndexOf(']');
                if (close <= 0) return false;
                next = at + close + 2;
                return IsInSet(pattern.Slice(at + 1, close), character);
            default:
                return pattern[at] == character;
        }
    }

    static bool IsInSet(ReadOnlySpan<char> set, char character)
    {
        var isNegated = set[0] is '^' or '!';
        if (isNegated) set = set[1..];
        for (var i = 0; i < set.Length; i++)
        {
            var isRange = i + 2 < set.Length && set[i + 1] == '-';
            if (isRange ? character >= set[i] && character <= set[i + 2] : set[i] == character) return !isNegated;
            if (isRange) i += 2;
        }
        return isNegated;
    }
}
