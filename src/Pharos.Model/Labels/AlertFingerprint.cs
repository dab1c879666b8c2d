using System.Globalization;
using System.Text;

namespace Pharos.Model.Labels;

/// <summary>64 bits over the labels of an alert: FNV-1a of each name and value, each closed by the byte 255, which no UTF-8 text has.</summary>
/// <remarks>The same number that Prometheus and Alertmanager compute, so that links and scripts with fingerprints go on.</remarks>
public static class AlertFingerprint
{
    const ulong Offset = 14695981039346656037;
    const ulong Prime = 1099511628211;

    public static ulong Of(LabelSet labels)
    {
        var hash = Offset;
        foreach (var (name, value) in labels)
        {
            hash = Add(hash, name);
            hash = Add(hash, value);
        }
        return hash;
    }

    /// <summary>16 hexadecimal digits.</summary>
    public static string Text(ulong fingerprint) => fingerprint.ToString("x16", CultureInfo.InvariantCulture);

    static ulong Add(ulong hash, string text)
    {
        Span<byte> few = stackalloc byte[256];
        var bytes = text.Length <= few.Length / 3 ? few[..Encoding.UTF8.GetBytes(text, few)] : Encoding.UTF8.GetBytes(text);
        foreach (var b in bytes) hash = (hash ^ b) * Prime;
        return (hash ^ 255) * Prime;
    }
}
