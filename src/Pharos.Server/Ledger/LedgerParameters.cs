using Pharos.Model.Labels;
using Pharos.Server.Doors;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Ledger;

/// <summary>How questions to the ledger name alerts.</summary>
static class LedgerParameters
{
    /// <summary>The matchers of every <c>filter</c>; all must match.</summary>
    public static IReadOnlyList<LabelMatcher> Filter(this ApiCall call)
    {
        try
        {
            return [.. call.All("filter").SelectMany(MatcherParser.ParseAll)];
        }
        catch (MatcherSyntaxException error)
        {
            throw ApiFaultException.Parameter("filter", error.Message);
        }
    }
}
