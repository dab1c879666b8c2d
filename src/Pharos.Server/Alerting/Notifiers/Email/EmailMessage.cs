using System.Globalization;
using System.Text;

namespace Pharos.Server.Alerting.Notifiers.Email;

/// <summary>Writes a mail: headers, and its text and HTML as alternatives.</summary>
/// <remarks>Source: RFC 5322 (message), RFC 2045 section 6.7 (quoted-printable), RFC 2047 (words in headers), RFC 2046 section 5.1.4 (alternatives).</remarks>
static class EmailMessage
{
    const int MaxLine = 76;

    /// <summary>A header whose value may hold any text: line ends become blanks, so that no value makes another header.</summary>
    public static string Header(string name, string value)
    {
        var line = new string([.. value.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return $"{name}: {(line.All(char.IsAscii) ? line : EncodeWords(line))}\r\n";
    }

    public static string Compose(IEnumerable<KeyValuePair<string, string>> headers, string text, string html, string boundary)
    {
        var mail = new StringBuilder();
        foreach (var (name, value) in headers) mail.Append(Header(name, value));
        mail.Append("MIME-Version: 1.0\r\n");
        mail.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/alternative; boundary={boundary}\r\n\r\n");
        // The last alternative is the one that programs prefer.
        if (text.Length > 0) AppendPart(mail, boundary, "text/plain", text);
        if (html.Length > 0) AppendPart(mail, boundary, "text/html", html);
        return mail.Append(CultureInfo.InvariantCulture, $"--{boundary}--\r\n").ToString();
    }

    static void AppendPart(StringBuilder mail, string boundary, string type, string content) =>
        mail.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Type: {type}; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{QuotedPrintable(content)}\r\n");

    public static string QuotedPrintable(string content)
    {
        var encoded = new StringBuilder(content.Length + (content.Length / 8));
        foreach (var line in content.ReplaceLineEndings("\n").Split('\n'))
        {
            if (encoded.Length > 0) encoded.Append("\r\n");
            AppendLine(encoded, Encoding.UTF8.GetBytes(line));
        }
        return encoded.ToString();
    }

    static void AppendLine(StringBuilder encoded, byte[] line)
    {
        var width = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var isLast = i == line.Length - 1;
            var isPlain = line[i] is >= 33 and <= 126 && line[i] != '=' || (line[i] is (byte)' ' or (byte)'\t' && !isLast);
            var piece = isPlain ? ((char)line[i]).ToString() : string.Create(CultureInfo.InvariantCulture, $"={line[i]:X2}");
            if (width + piece.Length > MaxLine - 1)
            {
                encoded.Append("=\r\n");
                width = 0;
            }
            encoded.Append(piece);
            width += piece.Length;
        }
    }

    /// <summary>Encoded words of at most 75 characters; each holds whole characters only.</summary>
    static string EncodeWords(string text)
    {
        const int maxBytes = 42; // 56 characters of base64, and 12 around them.
        var words = new List<string>();
        var word = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + bytes.Length > maxBytes)
            {
                words.Add($"=?UTF-8?B?{Convert.ToBase64String([.. word])}?=");
                word.Clear();
            }
            word.AddRange(bytes);
        }
        words.Add($"=?UTF-8?B?{Convert.ToBase64String([.. word])}?=");
        return string.Join("\r\n ", words);
    }
}
