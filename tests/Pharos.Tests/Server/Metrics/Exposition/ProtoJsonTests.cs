using System.Text;
using System.Text.Json;
using Pharos.Server.Metrics.Exposition;
using Pharos.Server.Wire;
using static Pharos.Tests.Server.Wire.SomeProto;

namespace Pharos.Tests.Server.Metrics.Exposition;

public sealed class ProtoJsonTests
{
    static readonly byte[] Native =
    [
        .. Number(1, 5), .. Double(2, double.NaN), .. Bytes(3, [.. Number(1, 2), .. Double(2, double.PositiveInfinity), .. Bytes(3, [.. Pair("trace_id", "x"), .. Double(2, 0.5), .. Bytes(3, Number(1, 2))])]),
        .. Number(5, 5), .. Double(6, 0), .. Number(7, 0), .. Bytes(12, [.. Number(1, 3), .. Number(2, 2)]), .. Bytes(13, [4, 1]), .. Bytes(15, [.. Number(1, 1_700_000_000), .. Number(2, 120_000_000)]),
    ];

    [Fact]
    public void A_family_is_written_as_generated_code_would()
    {
        Assert.Equal(
            """{"name":"c","help":"help","type":"COUNTER","metric":[{"label":[{"name":"a","value":"x\u0022"}],"counter":{"value":3},"timestampMs":"7"},{"counter":{"value":"-Infinity"}}]}""",
            Json(Family("c", 0, Metric(Message(3, Double(1, 3)), 7, ("a", "x\"")), Metric(Message(3, Double(1, double.NegativeInfinity)), null))));
        Assert.Equal(
            """{"name":"s","help":"help","type":"SUMMARY","metric":[{"summary":{"sampleCount":"18446744073709551615","quantile":[{"quantile":0.5,"value":7}]}}]}""",
            Json(Family("s", 2, Metric(Message(4, [.. Number(1, -1), .. Bytes(3, [.. Double(1, 0.5), .. Double(2, 7)])]), null))));
    }

    [Fact]
    public void A_native_histogram_keeps_its_spans_deltas_exemplars_and_zeros() => Assert.Equal(
        """
        {"name":"h","help":"help","type":"HISTOGRAM","metric":[{"histogram":{"sampleCount":"5","sampleSum":"NaN","bucket":[{"cumulativeCount":"2","upperBound":"Infinity",
        "exemplar":{"label":[{"name":"trace_id","value":"x"}],"value":0.5,"timestamp":"1970-01-01T00:00:02Z"}}],"createdTimestamp":"2023-11-14T22:13:20.120Z",
        "schema":-3,"zeroThreshold":0,"zeroCount":"0","positiveSpan":[{"offset":-2,"length":2}],"positiveDelta":["2","-1"]}}]}
        """.ReplaceLineEndings(""),
        Json(Family("h", 4, Metric(Message(7, Native), null))));

    [Fact]
    public void An_unknown_field_is_left_out_an_unknown_word_is_its_number_and_the_last_of_many_counts() =>
        Assert.Equal("""{"name":"b","type":77}""", Json(Delimited([.. Bytes(1, "a"u8.ToArray()), .. Number(3, 77), .. Number(99, 5), .. Bytes(1, "b"u8.ToArray())])));

    [Fact]
    public void Cut_and_flipped_messages_are_written_or_refused_and_nothing_else()
    {
        var sound = Family("h", 4, Metric(Message(7, Native), 1, ("a", "b")));
        for (var i = 0; i < sound.Length; i++)
        {
            TryWrite(sound[..i]);
            for (var value = 0; value < 256; value++) TryWrite([.. sound[..i], (byte)value, .. sound[(i + 1)..]]);
        }

        static void TryWrite(byte[] family)
        {
            try
            {
                Json(family);
            }
            catch (MalformedRequestException)
            {
                // Refused.
            }
        }
    }

    static string Json(byte[] families)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { SkipValidation = true }))
        {
            var reader = new DelimitedReader(families);
            while (reader.TryNext(out var family)) ProtoJson.Write(json, family, MetricFamilyShape.Family);
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
