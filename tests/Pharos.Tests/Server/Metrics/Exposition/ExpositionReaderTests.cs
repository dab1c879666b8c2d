using System.Text;
using Pharos.Model.Samples;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Tests.Server.Metrics.Exposition;

public sealed class ExpositionReaderTests
{
    const string Rich = """
        # HELP a_seconds what \\ it\nis
        # TYPE a_seconds histogram
        a_seconds_bucket{le="0.1",path="a\"b\\c\nd"} 17 1700000000000
         a_seconds_bucket { le = "+Inf" , path="é" , } +Inf
        # a comment
        {"with.dots","label-x"="y"} -1.5e-3
        # TYPE b untyped
        b NaN 5

        """;

    const string RichOpenMetrics = """
        # TYPE a_seconds histogram
        # UNIT a_seconds seconds
        # HELP a_seconds what
        a_seconds_bucket{le="0.1",path="x # y"} 17 1700000000.5 # {trace_id="abc"} 0.05 1700000000.123
        a_seconds_count 17
        {"with.dots",x="y"} 4 # {} 1
        # EOF

        """;

    [Fact]
    public void Text_is_read_line_by_line() =>
        Assert.Equal(
            [
                "Help a_seconds what \\\\ it\\nis", "Type a_seconds Histogram",
                "a_seconds_bucket{le=0.1,path=a\\\"b\\\\c\\nd} 17 @1700000000000", "a_seconds_bucket{le=+Inf,path=é} Infinity", "Comment",
                "with.dots{label-x=y} -0.0015", "Type b Unknown", "b{} NaN @5",
            ],
            Read(Rich, ExpositionFormat.PrometheusText));

    [Fact]
    public void OpenMetrics_is_read_line_by_line() =>
        Assert.Equal(
            [
                "Type a_seconds Histogram", "Unit a_seconds seconds", "Help a_seconds what",
                "a_seconds_bucket{le=0.1,path=x # y} 17 @1700000000500 # trace_id=abc 0.05 @1700000000123",
                "a_seconds_count{} 17", "with.dots{x=y} 4 #  1",
            ],
            Read(RichOpenMetrics, ExpositionFormat.OpenMetrics));

    [Theory]
    [InlineData("a b\n", "line 1, column 3: \"b\" is not a number, expected a value")]
    [InlineData("a 1\nb{x=1} 1\n", "line 2, column 5: found \"1\", expected a quoted label value")]
    [InlineData("a{x=\"1\"", "line 1, column 8: found the end of the data, expected a label name")]
    [InlineData("a 1 2 3\n", "line 1, column 7: found \"3\", expected the end of the line after the timestamp")]
    [InlineData("a 1\r\n", "line 1, column 3: \"1\\r\" is not a number, expected a value")]
    [InlineData("{x=\"1\"} 1\n", "line 1, column 1: the series has no metric name")]
    [InlineData("a{\"b\"} 1\n", "line 1, column 4: the metric name is given twice")]
    [InlineData("a 1 -5\n", "line 1, column 5: found \"-\", expected a timestamp or the end of the line")]
    [InlineData("a 1 -0\n", "line 1, column 5: found \"-\", expected a timestamp or the end of the line")]
    [InlineData("a 1 +5\n", "line 1, column 5: found \"+\", expected a timestamp or the end of the line")]
    [InlineData("a 1 9223372036854775808\n", "line 1, column 5: the timestamp is not an integer of milliseconds in 64 bits")]
    [InlineData("# TYPE a unknown\n", "line 1, column 10: \"unknown\" is not a metric type")]
    [InlineData("# TYPE a b\n", "line 1, column 10: \"b\" is not a metric type")]
    [InlineData("a 1 99999999999999999999\n", "line 1, column 5: the timestamp is not an integer of milliseconds in 64 bits")]
    [InlineData("a 0x1p3\n", "line 1, column 3: \"0x1p3\" is not a number, expected a value")]
    [InlineData("a 1_0\n", "line 1, column 3: \"1_0\" is not a number, expected a value")]
    [InlineData("a 1e999\n", "line 1, column 3: \"1e999\" is not a number, expected a value")]
    [InlineData("\0", "line 1, column 1: found the byte 0x00, expected a metric name, \"{\" or \"#\"")]
    public void A_fault_in_text_is_told_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ExpositionException>(() => Read(text, ExpositionFormat.PrometheusText)).Message);

    [Theory]
    [InlineData("a 1\n", "line 2, column 1: the data does not end with \"# EOF\"; it may have been cut off")]
    [InlineData("a  1\n# EOF\n", "line 1, column 3: found a space, expected a value")]
    [InlineData("\n# EOF\n", "line 1, column 1: found the end of the line, expected a metric name, \"{\" or \"#\"")]
    [InlineData("# EOF\na 1\n", "line 2, column 1: there is data after \"# EOF\"")]
    [InlineData("a 1 NaN\n# EOF\n", "line 1, column 5: the timestamp is not a time")]
    [InlineData("a 1 # {x=\"y\"}\n# EOF\n", "line 1, column 14: found the end of the line, expected a space before the exemplar's value")]
    [InlineData("a 1 # {\"x\"} 1\n# EOF\n", "line 1, column 11: found \"}\", expected \"=\" after the label name")]
    [InlineData("a 1 # {x=\"y\"} z\n# EOF\n", "line 1, column 15: \"z\" is not a number, expected the exemplar's value")]
    [InlineData("# UNIT a seconds\n# EOF\n", "line 1, column 1: unit \"seconds\" is not the suffix of the name \"a\"")]
    public void A_fault_in_OpenMetrics_is_told_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ExpositionException>(() => Read(text, ExpositionFormat.OpenMetrics)).Message);

    [Fact]
    public void Label_values_that_are_not_UTF_8_are_refused()
    {
        var error = Assert.Throws<ExpositionException>(() => Read([.. "a{x=\""u8, 0xff, .. "\"} 1\n"u8], ExpositionFormat.PrometheusText));
        Assert.Equal("line 1, column 6: the label value is not valid UTF-8", error.Message);
    }

    [Theory]
    [InlineData(Rich, false)]
    [InlineData(RichOpenMetrics, true)]
    public void Every_byte_in_every_place_and_every_cut_is_read_or_refused_and_nothing_else(string text, bool isOpenMetrics)
    {
        var format = isOpenMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.PrometheusText;
        var body = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < body.Length; i++)
        {
            TryRead(body[..i], format);
            var original = body[i];
            for (var value = 0; value < 256; value++)
            {
                body[i] = (byte)value;
                TryRead(body, format);
            }
            body[i] = original;
        }
    }

    [Fact]
    public void Random_bytes_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(20_251);
        var alphabet = "a1 #{}\",=\\\n.e+-NInf\t\0\u00ff"u8.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var body = new byte[random.Next(40)];
            for (var i = 0; i < body.Length; i++) body[i] = alphabet[random.Next(alphabet.Length)];
            TryRead(body, ExpositionFormat.PrometheusText);
            TryRead([.. body, .. "\n# EOF\n"u8], ExpositionFormat.OpenMetrics);
        }
    }

    [Fact]
    public void A_series_with_a_million_labels_is_refused_quickly()
    {
        var text = new StringBuilder("a{");
        for (var i = 0; i < 1_000_000; i++) text.Append("l").Append(i).Append("=\"x\",");
        var error = Assert.Throws<ExpositionException>(() => Read(text.Append("} 1\n").ToString(), ExpositionFormat.PrometheusText));
        Assert.Equal("line 1, column 1: the series has more than 1000 labels", error.Message);
    }

    [Fact]
    public void A_huge_label_value_is_read()
    {
        var value = new string('x', 10_000_000);
        Assert.Equal([$"a{{l={value}}} 1"], Read($"a{{l=\"{value}\"}} 1\n", ExpositionFormat.PrometheusText));
    }

    [Theory]
    [InlineData("a{x=\"1\"} 1\n", 8, true)]
    [InlineData("a{x=\"1\"}\t 1 5\n", 8, true)]
    [InlineData("a{x=\"1\"} 1e999\n", 8, false)]
    [InlineData("a {x=\"1\"} 1\n", 1, false)]
    [InlineData("a{x=\"1\"}", 8, false)]
    public void A_known_series_is_read_by_its_hash_alone(string text, int length, bool isKnown)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var reader = new ExpositionReader(body, ExpositionFormat.PrometheusText, new(), new());
        reader.MoveToLine();
        var found = false;
        try
        {
            found = reader.TryKnownSample(length, LineHash.Of(body.AsSpan(0, length)));
        }
        catch (ExpositionException)
        {
            // The value is wrong: told as for any line.
        }
        Assert.Equal(isKnown, found);
        if (isKnown) Assert.Equal(1, reader.Value);
    }

    static void TryRead(byte[] body, ExpositionFormat format)
    {
        try
        {
            Read(body, format);
        }
        catch (ExpositionException error)
        {
            Assert.True(error.Line > 0 && error.Column > 0, error.Message);
        }
    }

    static List<string> Read(string text, ExpositionFormat format) => Read(Encoding.UTF8.GetBytes(text), format);

    static List<string> Read(byte[] body, ExpositionFormat format)
    {
        var lines = new List<string>();
        var reader = new ExpositionReader(body, format, new(), new());
        while (reader.Next())
        {
            lines.Add(reader.Kind switch
            {
                LineKind.Comment => "Comment",
                LineKind.Type => $"Type {Text(reader.Name)} {reader.MetricKind}",
                LineKind.Help or LineKind.Unit => $"{reader.Kind} {Text(reader.Name)} {Text(reader.Text)}",
                _ => Sample(reader),
            });
        }
        return lines;
    }

    static string Sample(in ExpositionReader reader)
    {
        var text = new StringBuilder(Text(reader.Name)).Append('{');
        for (var i = 0; i < reader.LabelCount; i++) text.Append(i > 0 ? "," : "").Append(Text(reader.LabelName(i))).Append('=').Append(Text(reader.LabelValue(i)));
        text.Append("} ").Append(reader.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (reader.HasTimestamp) text.Append(" @").Append(reader.TimestampMs);
        if (!reader.HasExemplar) return text.ToString();
        text.Append(" # ");
        for (var i = 0; i < reader.ExemplarLabelCount; i++) text.Append(Text(reader.ExemplarLabelName(i))).Append('=').Append(Text(reader.ExemplarLabelValue(i)));
        text.Append(' ').Append(reader.ExemplarValue);
        if (reader.HasExemplarTimestamp) text.Append(" @").Append(reader.ExemplarTimestampMs);
        return text.ToString();
    }

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
