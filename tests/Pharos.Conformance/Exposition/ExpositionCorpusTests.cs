using System.Text.Json;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Conformance.Exposition;

/// <summary>The parser cases of OpenMetrics and of the Prometheus text format: each file must be read or refused as stated.</summary>
public sealed class ExpositionCorpusTests
{
    /// <summary>Cases that the strict library refuses and Prometheus' scrape parser, hence ours, takes on purpose.</summary>
    static readonly string[] TakenByScraping =
    [
        "from_test_parse_error_0.prom", // The last line feed lacks.
        "from_test_parse_error_1.prom", // An unknown escape in a label value stays as it is.
        "from_test_parse_error_2.prom", // A line feed within a label value.
        "from_test_parse_error_7.prom", // A quantile that is no number.
        "from_test_parse_error_12.prom", // A second HELP line.
        "from_test_parse_error_14.prom", // TYPE after the samples.
        "from_test_parse_error_19.prom", // A bound that is no number.
    ];

    [Fact]
    public void OpenMetrics_files_are_read_or_refused_as_expected() =>
        AssertAll("openmetrics", body => OpenMetricsRules.Read(body));

    [Fact]
    public void Text_files_are_read_or_refused_as_expected_by_the_strict_rules() =>
        AssertAll("prometheus-text", body => PrometheusTextRules.Read(body));

    [Fact]
    public void Scraping_takes_of_the_text_files_what_Prometheus_takes()
    {
        var taken = Cases("prometheus-text").Where(one => !one.ShouldParse && Parses(one.Path, body => Walk(body, ExpositionFormat.PrometheusText))).Select(one => Path.GetFileName(one.Path));
        Assert.Equal(TakenByScraping.Order(StringComparer.Ordinal), taken.Order(StringComparer.Ordinal));
    }

    /// <summary>All but negative times, which the text format's own library takes and Prometheus' scrape parser refuses.</summary>
    [Fact]
    public void Whatever_the_strict_rules_take_scraping_takes()
    {
        var refused = Cases("openmetrics").Where(one => one.ShouldParse && !Parses(one.Path, body => Walk(body, ExpositionFormat.OpenMetrics)))
            .Concat(Cases("prometheus-text").Where(one => one.ShouldParse && !Parses(one.Path, body => Walk(body, ExpositionFormat.PrometheusText))));
        Assert.All(refused, one => Assert.Matches(@"(?m)[0-9] -[0-9]+\s*$", File.ReadAllText(one.Path)));
    }

    [Theory]
    [InlineData("1histogram.om.txt")]
    [InlineData("alltypes.237mfs.nometa.prom.txt")]
    [InlineData("alltypes.5mfs.om.txt")]
    [InlineData("expfmt-text.prom")]
    public void Real_scrapes_are_read(string file)
    {
        var path = Corpus.Path("exposition", "samples", file);
        var body = File.ReadAllBytes(path);
        var isOpenMetrics = file.Contains(".om.", StringComparison.Ordinal);
        if (isOpenMetrics && !body.AsSpan().TrimEnd((byte)'\n').EndsWith("# EOF"u8)) body = [.. body, .. "# EOF\n"u8];

        var samples = Walk(body, isOpenMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.PrometheusText);

        var written = File.ReadLines(path).Count(line => line.Trim().Length > 0 && line[0] != '#');
        Assert.Equal(written, samples);
    }

    static void AssertAll(string folder, Action<byte[]> read)
    {
        var wrong = new List<string>();
        foreach (var (path, shouldParse) in Cases(folder))
        {
            try
            {
                read(File.ReadAllBytes(path));
                if (!shouldParse) wrong.Add($"{Path.GetFileName(path)} was read");
            }
            catch (ExpositionException error)
            {
                if (shouldParse) wrong.Add($"{Path.GetFileName(path)} was refused: {error.Message}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    static bool Parses(string path, Action<byte[]> read)
    {
        try
        {
            read(File.ReadAllBytes(path));
            return true;
        }
        catch (ExpositionException)
        {
            return false;
        }
    }

    static int Walk(ReadOnlySpan<byte> body, ExpositionFormat format)
    {
        var reader = new ExpositionReader(body, format, new(), new());
        var samples = 0;
        while (reader.Next())
        {
            if (reader.Kind == LineKind.Sample) samples++;
        }
        return samples;
    }

    static IEnumerable<(string Path, bool ShouldParse)> Cases(string folder)
    {
        var path = Corpus.Path("exposition", folder);
        return File.ReadLines(Path.Combine(path, "expected.jsonl")).Select(line =>
        {
            using var one = JsonDocument.Parse(line);
            return (Path.Combine(path, one.RootElement.GetProperty("file").GetString()!), one.RootElement.GetProperty("should_parse").GetBoolean());
        });
    }

}
