using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Requests;

/// <summary>Ids and log lines of requests: section <c>Pharos:Requests</c>.</summary>
public sealed class RequestOptions
{
    /// <summary>Whether every request has an id: taken from the header when well formed, else made; in the log, in the answer, in outgoing calls.</summary>
    public bool Ids { get; set; } = true;

    /// <summary>The header that carries the id.</summary>
    public string Header { get; set; } = "X-Request-ID";

    /// <summary>Whether an id that a client sends is taken. Switch it off where clients must not choose what stands in the log.</summary>
    public bool TrustIncoming { get; set; } = true;

    /// <summary>Whether outgoing requests carry the id: those of clients that <c>IHttpClientFactory</c> makes, and of any <see cref="HttpClient"/> made after <c>AddPharos</c>.</summary>
    public bool SendOn { get; set; } = true;

    /// <summary>Whether each answered request is a log line with method, endpoint, status and duration.</summary>
    /// <remarks>Logger <c>Pharos.AspNetCore.Requests</c>, level information; answers of 500 and above are errors without a report, and what <c>MapPharos</c> serves is debug.</remarks>
    public bool Lines { get; set; } = true;

    internal void Read(SettingsSection section)
    {
        Ids = section.Flag(nameof(Ids), Ids);
        TrustIncoming = section.Flag(nameof(TrustIncoming), TrustIncoming);
        SendOn = section.Flag(nameof(SendOn), SendOn);
        Lines = section.Flag(nameof(Lines), Lines);
        var header = section.Text(nameof(Header), Header);
        if (header.Length is 0 or > 64 || header.AsSpan().ContainsAnyExcept(RequestId.HeaderLetters)) section.Fault(nameof(Header), header, "write a header name such as X-Request-ID");
        else Header = header;
    }
}
