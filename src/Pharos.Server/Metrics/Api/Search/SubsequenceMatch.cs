namespace Pharos.Server.Metrics.Api.Search;

/// <summary>How well the letters of a term stand in a text in their order, with others between them: <c>htpreq</c> in <c>http_requests</c>.</summary>
/// <remarks>
/// <para>Score: the squares of the lengths of unbroken runs, less the letters before and between them as shares of the text, less half the share of
/// those after them; over the square of the term's length. 1: the text is the term. 0: it does not hold the letters, or holds them too thinly.</para>
/// <para>Each place of the first letter is tried, up to <see cref="MaxPlaces"/>, and from there each letter is taken where it comes next: the best of all
/// ways may be missed, which is the price for a time of places × text.</para>
/// <para>Source: as Prometheus scores (docs/querying/api.md, search), so that both list the same names in the same order.</para>
/// </remarks>
static class SubsequenceMatch
{
    /// <summary>Bounds the time that a value of a million equal letters takes; names never have so many.</summary>
    const int MaxPlaces = 1000;

    public static double Score(string term, string text)
    {
        if (term == text || term.Length == 0) return 1;
        var (best, start) = (0.0, -1);
        for (var place = 0; place < MaxPlaces; place++)
        {
            start = text.IndexOf(term[0], start + 1);
            if (start < 0 || text.Length - start < term.Length) break;
            if (From(term, text, start) is not { } score) break; // Later places have less of the text before them.
            best = Math.Max(best, score);
        }
        return best / ((double)term.Length * term.Length);
    }

    /// <summary>The score that is not yet divided, or null when the letters are not all there.</summary>
    static double? From(string term, string text, int start)
    {
        var (score, end, position) = (0.0, 0, start);
        for (var letter = 0; letter < term.Length;)
        {
            position = text.IndexOf(term[letter], position);
            if (position < 0) return null;
            var run = 0;
            while (letter < term.Length && position + run < text.Length && text[position + run] == term[letter])
            {
                run++;
                letter++;
            }
            score += ((double)run * run) - ((double)(position - end) / text.Length);
            end = position += run;
        }
        return score - ((double)(text.Length - end) / text.Length / 2);
    }
}
