namespace Pharos.Server.Text;

/// <summary>Addresses as they may be shown to anybody. What stands before the host is a login, and belongs to whoever is asked alone.</summary>
/// <remarks>Works on the text: a login may hold bytes that the runtime's own parts of an address show in another form.</remarks>
static class ShownAddress
{
    /// <summary>The form for logs, pages, findings, labels, answers and faults: without user and password.</summary>
    public static string Shown(this Uri address) => Shown(address.AbsoluteUri);

    /// <inheritdoc cref="Shown(Uri)"/>
    /// <param name="text">An address, or what was written in the place of one.</param>
    public static string Shown(string text)
    {
        var (start, length) = Login(text);
        return length == 0 ? text : text.Remove(start, length + 1);
    }

    /// <summary>The form for a configuration that is printed, <c>https://user:xxxxx@host/</c>: it says that there is a password, as Prometheus' does.</summary>
    public static string WithoutPassword(string text)
    {
        var (start, length) = Login(text);
        var colon = text.IndexOf(':', start, length);
        return colon < 0 ? text : $"{text[..colon]}:xxxxx{text[(start + length)..]}";
    }

    /// <summary>Where the login stands, without the <c>@</c> behind it; empty when there is none.</summary>
    static (int Start, int Length) Login(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : scheme + 3;
        var end = text.IndexOfAny(['/', '?', '#'], start);
        var at = text.AsSpan(start, (end < 0 ? text.Length : end) - start).LastIndexOf('@');
        return at < 0 ? (start, 0) : (start, at);
    }
}
