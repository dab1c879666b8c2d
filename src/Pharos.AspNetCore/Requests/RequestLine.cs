using System.Collections;
using System.Globalization;

namespace Pharos.AspNetCore.Requests;

/// <summary>The state of a request's log line. The values are boxed only when a provider asks for them.</summary>
readonly struct RequestLine(string method, string endpoint, int status, double durationMs) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public static readonly Func<RequestLine, Exception?, string> Format = static (line, _) => line.ToString();

    public string Method => method;
    public string Endpoint => endpoint;
    public int Status => status;
    public double DurationMs => durationMs;

    public int Count => 4;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("method", method),
        1 => new("endpoint", endpoint),
        2 => new("status", status),
        3 => new("duration_ms", durationMs),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var at = 0; at < Count; at++) yield return this[at];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{method} {endpoint} {status} in {durationMs:F1} ms");
}
