namespace Pharos.Query.PromQL.Testing;

/// <summary>Compares the notes of a result with the expected ones.</summary>
static class NoteCheck
{
    public static string? Check(EvalCommand eval, QueryResult result) =>
        Check("warning", result.Warnings, eval.Warns, eval.WarnTexts, eval.NoWarnings) ?? Check("info", result.Infos, eval.Informs, eval.InfoTexts, eval.NoInfos);

    static string? Check(string kind, IReadOnlyList<string> actual, bool wants, List<TextExpectation> texts, bool wantsNone)
    {
        if (wantsNone && actual.Count > 0) return $"unexpected {kind}: {actual[0]}";
        if (!wants) return null;
        if (actual.Count == 0) return $"expected a {kind}";
        foreach (var text in texts)
        {
            if (!actual.Any(text.Accepts)) return $"expected the {kind} \"{text}\", got \"{actual[0]}\"";
        }
        return texts.Count > 0 && actual.FirstOrDefault(each => !texts.Exists(text => text.Accepts(each))) is { } surplus ? $"unexpected {kind}: {surplus}" : null;
    }
}
