using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pharos.Server.Access;

/// <summary>The one form of a certificate's subject, so that <c>CN=ci,O=Shop</c> and <c>O = Shop, CN = CI</c> are the same.</summary>
/// <remarks>Programs write the parts in either order, with and without spaces; case does not tell names apart (RFC 4517, caseIgnoreMatch).</remarks>
static class DistinguishedName
{
    /// <summary>Null: it is no such name.</summary>
    public static string? Canonical(string text)
    {
        try
        {
            return Canonical(new X500DistinguishedName(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public static string Canonical(X500DistinguishedName name) => string.Join('\n', name.EnumerateRelativeDistinguishedNames().Select(Part).Order(StringComparer.Ordinal));

    static string Part(X500RelativeDistinguishedName part)
    {
        if (part.HasMultipleElements) return Convert.ToHexString(part.RawData.Span); // Rare, and compared as it is encoded.
        var words = (part.GetSingleElementValue() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return $"{part.GetSingleElementType().Value}={string.Join(' ', words).ToLowerInvariant()}";
    }
}
