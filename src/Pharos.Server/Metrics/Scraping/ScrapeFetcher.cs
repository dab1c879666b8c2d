using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using Pharos.Server.Config;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Asks a target for its metrics: which formats we want, how long it may take, what it answered.</summary>
/// <remarks>Threads: safe for all; one for each job.</remarks>
sealed class ScrapeFetcher(ScrapeConfig config, HttpClient client, BodyBudget budget)
{
    const string GzipOrNothing = "gzip";

    readonly string accept = AcceptOf(config);

    /// <summary>The body, whole and decompressed; dispose it.</summary>
    /// <exception cref="ScrapeRefusedException">The answer is not a success.</exception>
    /// <exception cref="BodyTooLargeException">The body passes the limit.</exception>
    /// <exception cref="HttpRequestException">The target cannot be reached or breaks the protocol.</exception>
    /// <exception cref="OperationCanceledException">The time is over.</exception>
    public async Task<ScrapeBody> FetchAsync(ScrapeTarget target, int expectedBytes, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target.Url) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", config.EnableCompression ? GzipOrNothing : "identity");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", (target.TimeoutMs / 1000.0).ToString(CultureInfo.InvariantCulture));
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new ScrapeRefusedException(string.Create(CultureInfo.InvariantCulture, $"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase}"));
        }
        var body = new ScrapeBody(budget);
        try
        {
            (body.Format, body.Note) = FormatOf(response.Content.Headers);
            await using var stream = Decompressed(response.Content.Headers, await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
            await body.ReadAsync(stream, config.Limits.BodySizeBytes > 0 ? config.Limits.BodySizeBytes : budget.MaxBodyBytes, expectedBytes, cancellation).ConfigureAwait(false);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>All formats in the order wanted, with falling weights, and last anything at all.</summary>
    internal static string AcceptOf(ScrapeConfig config)
    {
        var wanted = new List<string>();
        var weight = config.Protocols.Count + 1;
        foreach (var protocol in config.Protocols)
        {
            var type = protocol switch
            {
                ScrapeProtocol.PrometheusProto => "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
                ScrapeProtocol.PrometheusText0_0_4 => "text/plain;version=0.0.4",
                ScrapeProtocol.PrometheusText1_0_0 => "text/plain;version=1.0.0;escaping=" + config.NameEscaping.Text(),
                ScrapeProtocol.OpenMetricsText0_0_1 => "application/openmetrics-text;version=0.0.1",
                _ => "application/openmetrics-text;version=1.0.0;escaping=" + config.NameEscaping.Text(),
            };
            wanted.Add(string.Create(CultureInfo.InvariantCulture, $"{type};q=0.{weight--}"));
        }
        wanted.Add(string.Create(CultureInfo.InvariantCulture, $"*/*;q=0.{weight}"));
        return string.Join(',', wanted);
    }

    /// <summary>How to read the answer, and what to tell when it did not say so clearly.</summary>
    internal (ExpositionFormat Format, string? Note) FormatOf(HttpContentHeaders headers)
    {
        var written = headers.TryGetValues("Content-Type", out var values) ? string.Join(',', values) : "";
        switch (MediaTypeHeaderValue.TryParse(written, out var parsed) ? parsed.MediaType?.ToLowerInvariant() : null)
        {
            case "application/openmetrics-text":
                return (ExpositionFormat.OpenMetrics, null);
            case "application/vnd.google.protobuf":
                return (ExpositionFormat.Protobuf, null);
            case "text/plain":
                return (ExpositionFormat.PrometheusText, null);
        }
        var problem = written.Length == 0 ? "the answer has no Content-Type" : $"the answer's Content-Type \"{written}\" is not one of metrics";
        return config.FallbackProtocol switch
        {
            ScrapeProtocol.OpenMetricsText0_0_1 or ScrapeProtocol.OpenMetricsText1_0_0 => (ExpositionFormat.OpenMetrics, null),
            ScrapeProtocol.PrometheusProto => (ExpositionFormat.Protobuf, null),
            not null => (ExpositionFormat.PrometheusText, null),
            null => (ExpositionFormat.PrometheusText, problem + "; it was read as Prometheus text (fallback_scrape_protocol makes this explicit)"),
        };
    }

    static Stream Decompressed(HttpContentHeaders headers, Stream stream)
    {
        if (headers.ContentEncoding.Count == 0) return stream;
        var encoding = string.Join(',', headers.ContentEncoding);
        if (encoding.Equals(GzipOrNothing, StringComparison.OrdinalIgnoreCase)) return new GZipStream(stream, CompressionMode.Decompress);
        return encoding.Equals("identity", StringComparison.OrdinalIgnoreCase) ? stream : throw new ScrapeRefusedException($"the answer is compressed as \"{encoding}\", which was not asked for");
    }
}
