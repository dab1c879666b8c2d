using System.Globalization;

namespace Pharos.Server.Ledger;

/// <summary>How the sentences of the ledger write a time.</summary>
static class LedgerTexts
{
    public static string Moment(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
