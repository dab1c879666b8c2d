using System.Globalization;
using System.Text;

namespace Pharos.Server.Metrics.Api;

/// <summary>Names that hold more than letters, digits and underscores, written so that they fit a path: <c>U__my_2e_name</c> is <c>my.name</c>.</summary>
/// <remarks>Source: Prometheus, UTF-8 in names: "values" escaping (facts). <c>__</c> is an underscore, <c>_1f600_</c> the code point in hex.</remarks>
static class LabelNameEscape
{
    const string Prefix = "U__";
    const int MaxHexDigits = 6;

    /// <summary>The name that was meant; a name that is not escaped, or not well, is itself.</summary>
    public static string Decode(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return name;
        var decoded = new StringBuilder(name.Length);
        for (var i = Prefix.Length; i < name.Length; i++)
        {
            if (name[i] != '_')
            {
                decoded.Append(name[i]);
                continue;
            }
            var end = name.IndexOf('_', i + 1);
            if (end < 0) return name;
            if (end == i + 1)
            {
                decoded.Append('_');
            }
            else
            {
                if (end - i - 1 > MaxHexDigits || !int.TryParse(name.AsSpan(i + 1, end - i - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || !Rune.IsValid(point)) return name;
                decoded.Append(new Rune(point));
            }
            i = end;
        }
        return decoded.ToString();
    }
}
