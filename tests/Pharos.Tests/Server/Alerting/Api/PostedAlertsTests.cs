using System.IO.Pipelines;
using System.Text;
using Pharos.Server.Alerting.Api;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Doors;

namespace Pharos.Tests.Server.Alerting.Api;

/// <summary>What anybody may post, whole and in pieces of any size.</summary>
public sealed class PostedAlertsTests
{
    const long NowMs = 1_700_000_000_000;
    const long EndsMs = 2_208_988_800_000;
    const string NoList = "the body is no list in JSON, such as [{\"labels\": {\"alertname\": \"...\"}}]: ";
    const string NoObject = "an alert is no object; write {\"labels\": {\"alertname\": \"...\"}}";

    static readonly TimeSpan ResolveTimeout = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("""[{"labels":{"b":"2","a":"1","none":""}}]""", """{a="1", b="2"}""")]
    [InlineData("""[{"labels":5,"labels":{"a":"1","a":"2"}}]""", """{a="2"}""")]
    [InlineData("""[{"l\u0061bels":{"\u0061":"x\ny \u00e9 \ud83d\ude00 \/\"\\\t\b\f\r"}}]""", "{a=\"x\\ny é 😀 /\\\"\\\\\\t\\b\\f\\r\"}")]
    [InlineData("""[{"labels":{"a":"half \ud800 pair"}}]""", "{a=\"half \ufffd pair\"}")]
    [InlineData("""[{"labels":{"a":"1"},"unknown":{"deep":[1,{"more":null}]},"Labels":6}]""", """{a="1"}""")]
    [InlineData("\ufeff [ {\"labels\" : {\"a\" : \"1\"} , \"annotations\":null} ] \n", """{a="1"}""")]
    public async Task Takes_labels_as_they_are_meant(string body, string labels)
    {
        foreach (var (alerts, faults) in await ReadInPiecesAsync(Encoding.UTF8.GetBytes(body)))
        {
            Assert.Equal(labels, Assert.Single(alerts).Labels.ToString());
            Assert.Empty(faults);
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_do_not_lose_the_alert()
    {
        foreach (var (alerts, _) in await ReadInPiecesAsync([.. "[{\"labels\":{\"a\":\"x"u8, 0xff, .. "\"}}]"u8]))
        {
            Assert.Equal("x\ufffd", Assert.Single(alerts).Labels["a"]);
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData(" [ ] ")]
    public async Task Nothing_is_taken_of_nothing(string body)
    {
        foreach (var (alerts, faults) in await ReadInPiecesAsync(Encoding.UTF8.GetBytes(body))) Assert.Empty(alerts.Select(alert => alert.FingerprintText).Concat(faults));
    }

    [Theory]
    [InlineData("", NoList + "The input does not contain any JSON tokens*")]
    [InlineData(" ", NoList + "The input does not contain any JSON tokens*")]
    [InlineData("\ufeff", NoList + "The input does not contain any JSON tokens*")]
    [InlineData("\ufeff\ufeff[]", NoList + "'0xEF' is an invalid start of a value*")]
    [InlineData("{\"labels\":{}}", NoList + "it is {*")]
    [InlineData("\"x\"", NoList + "it is \"x\"")]
    [InlineData("true", NoList + "it is true")]
    [InlineData("12", NoList + "it is 12*")]
    [InlineData("[", NoList + "Expected depth to be zero at the end of the JSON payload*")]
    [InlineData("[{\"labels\":{\"a\":\"1\"}}", NoList + "Expected depth to be zero at the end of the JSON payload*")]
    [InlineData("[{\"labels\":{\"a\":\"1", NoList + "Expected end of string*")]
    [InlineData("[{\"labels\":{\"a\":\"1\"}},]", NoList + "The JSON array contains a trailing comma*")]
    [InlineData("[{\"labels\":{\"a\":\"1\"}}{\"labels\":{\"a\":\"1\"}}]", NoList + "'{' is invalid after a value*")]
    [InlineData("[{\"labels\":{\"a\":\"1\"}}] x", NoList + "'x' is invalid after a single JSON value*")]
    [InlineData("[] []", NoList + "'[' is invalid after a single JSON value*")]
    [InlineData("[/* why */]", NoList + "'/' is *")]
    [InlineData("[{\"labels\":{\"a\":\"\\x\"}}]", NoList + "'x' is an invalid escapable character*")]
    [InlineData("[{\"labels\":{\"a\":\"\n\"}}]", NoList + "'0x0A' is invalid within a JSON string*")]
    [InlineData("[{\"labels\":{\"a\":\"1\"}},5]", NoObject)]
    [InlineData("[null]", NoObject)]
    [InlineData("[\"x\"]", NoObject)]
    [InlineData("[[{\"labels\":{\"a\":\"1\"}}]]", NoObject)]
    [InlineData("[{\"labels\":5}]", "labels: 5 is no object of texts")]
    [InlineData("[{\"labels\":[\"a\"]}]", "labels: [\"a\"] is no object of texts")]
    [InlineData("[{\"labels\":{\"a\":\"1\"},\"labels\":\"x\"}]", "labels: \"x\" is no object of texts")]
    [InlineData("[{\"labels\":{\"a\":5}}]", "labels.a: 5 is no text")]
    [InlineData("[{\"labels\":{\"a\":true}}]", "labels.a: true is no text")]
    [InlineData("[{\"labels\":{\"a\":null}}]", "labels.a: null is no text")]
    [InlineData("[{\"labels\":{\"a\": {\"y\" : [1, 2]}}}]", "labels.a: {\"y\" : [1, 2]} is no text")]
    [InlineData("[{\"labels\":{\"a\":[1111111111,1111111111,1111111111,1111111111,1111111111,1111111111]}}]", "labels.a: [1111111111,1111111111,1111111111,1111111111,1111111111,1... is no text")]
    [InlineData("[{\"labels\":{\"a\":\"1\"},\"annotations\":{\"b\":1.50}}]", "annotations.b: 1.50 is no text")]
    [InlineData("[{\"labels\":{\"a\":\"1\"},\"startsAt\":5}]", "startsAt: 5 is no time; write one such as \"2026-01-31T15:00:00Z\"")]
    [InlineData("[{\"labels\":{\"a\":\"1\"},\"endsAt\":\"2026-02-30T00:00:00Z\"}]", "endsAt: \"2026-02-30T00:00:00Z\" is no time; write one such as \"2026-01-31T15:00:00Z\"")]
    [InlineData("[{\"labels\":{\"a\":\"1\"},\"generatorURL\":[]}]", "generatorURL: [] is no text")]
    public async Task Refuses_the_whole_body(string body, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        foreach (var size in Sizes(bytes.Length))
        {
            var refusal = await Assert.ThrowsAsync<ApiFaultException>(() => ReadAsync(bytes, size));
            Assert.Equal(400, refusal.Kind.Status());
            if (message.EndsWith('*')) Assert.StartsWith(message[..^1], refusal.Message, StringComparison.Ordinal);
            else Assert.Equal(message, refusal.Message);
        }
    }

    [Fact]
    public async Task Takes_the_good_ones_beside_the_faulty()
    {
        var body = """[{}, {"labels":{"a":"1"}}, {"labels":{"":"x"}}, {"labels":{"a":"1"},"annotations":{"":"x"}}, {"labels":{"a":"1"},"startsAt":"2026-01-02T00:00:00Z","endsAt":"2026-01-01T00:00:00Z"}]"""u8;
        foreach (var (alerts, faults) in await ReadInPiecesAsync(body.ToArray()))
        {
            Assert.Equal("""{a="1"}""", Assert.Single(alerts).Labels.ToString());
            Assert.Equal(["at least one label pair required", "a label has no name", "a label has no name", "start time must be before end time"], faults);
        }
    }

    [Theory]
    [InlineData("\"2026-01-02T03:04:05Z\"", 1_767_323_045_000)]
    [InlineData("\"2026-01-02T03:04:05.123456789+02:00\"", 1_767_315_845_123)]
    [InlineData("\"2026-01-02T03:04:05\"", 1_767_323_045_000)]
    [InlineData("\"2026-01-02T03\\u003a04:05Z\"", 1_767_323_045_000)]
    [InlineData("\"2026-01-02\"", 1_767_312_000_000)]
    [InlineData("\"0001-01-01T00:00:00Z\"", EndsMs)]
    [InlineData("\"\"", EndsMs)]
    [InlineData("null", EndsMs)]
    public async Task Reads_times(string startsAt, long ms)
    {
        var body = Encoding.UTF8.GetBytes($$"""[{"labels":{"a":"1"},"startsAt":{{startsAt}},"endsAt":"2040-01-01T00:00:00Z"}]""");
        foreach (var (alerts, _) in await ReadInPiecesAsync(body)) Assert.Equal(ms, Assert.Single(alerts).Alert.StartsAtMs);
    }

    [Fact]
    public async Task An_end_that_nobody_gave_is_a_guess()
    {
        var (alerts, _) = await ReadAsync("""[{"labels":{"a":"1"}}]"""u8.ToArray(), 100);
        Assert.Equal((NowMs, NowMs + 300_000, true), (alerts[0].Alert.StartsAtMs, alerts[0].Alert.EndsAtMs, alerts[0].HasTimeout));
    }

    /// <summary>Many times the buffer, in one alert and in many; the many share their texts.</summary>
    [Fact]
    public async Task Takes_large_bodies()
    {
        var huge = new string('x', 1 << 20);
        var (alerts, _) = await ReadAsync(Encoding.UTF8.GetBytes($$$"""[{"labels":{"a":"{{{huge}}}"}},{"labels":{"a":"after"}}]"""), 10_000);
        Assert.Equal([huge, "after"], alerts.Select(alert => alert.Labels["a"]));

        var many = $"[{string.Join(',', Enumerable.Range(0, 3_000).Select(i => $$$"""{"labels":{"alertname":"Down","instance":"{{{i}}}","team":"sales","zone":"north","stage":"live","tier":"first"},"generatorURL":"http://p/graph"}"""))}]";
        (alerts, _) = await ReadAsync(Encoding.UTF8.GetBytes(many), 50_000);
        Assert.Equal(Enumerable.Range(0, 3_000).Select(i => $"{i}"), alerts.Select(alert => alert.Labels["instance"]));
        string[] same = ["alertname", "team", "zone", "stage", "tier"]; // The hash differs by process: now and then two of them take each other's place.
        Assert.True(same.Count(name => alerts.Select(alert => alert.Labels[name]).Distinct(ReferenceEqualityComparer.Instance).Count() < 300) >= 3);
    }

    [Fact]
    public async Task Refuses_depths_that_no_alert_has()
    {
        var deep = Encoding.UTF8.GetBytes($$"""[{"labels":{"a":"1"},"z":{{new string('[', 100_000)}}""");
        var refusal = await Assert.ThrowsAsync<ApiFaultException>(() => ReadAsync(deep, 4_096));
        Assert.StartsWith($"{NoList}The maximum configured depth of 64 has been exceeded", refusal.Message, StringComparison.Ordinal);
    }

    static IEnumerable<int> Sizes(int length) => ((int[])[1, 2, 3, 7, Math.Max(1, length)]).Distinct();

    static async Task<IReadOnlyList<(IReadOnlyList<KnownAlert> Alerts, IReadOnlyList<string> Faults)>> ReadInPiecesAsync(byte[] body)
    {
        var read = new List<(IReadOnlyList<KnownAlert>, IReadOnlyList<string>)>();
        foreach (var size in Sizes(body.Length)) read.Add(await ReadAsync(body, size));
        return read;
    }

    /// <summary>Each read brings so many bytes more.</summary>
    static async Task<(IReadOnlyList<KnownAlert> Alerts, IReadOnlyList<string> Faults)> ReadAsync(byte[] body, int pieces)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0)); // A reader that refuses reads no further.
        var reading = PostedAlerts.ReadAsync(pipe.Reader, NowMs, ResolveTimeout, TestContext.Current.CancellationToken);
        for (var at = 0; at < body.Length && !reading.IsCompleted; at += pieces)
        {
            await pipe.Writer.WriteAsync(body.AsMemory(at, Math.Min(pieces, body.Length - at)), TestContext.Current.CancellationToken);
        }
        await pipe.Writer.CompleteAsync();
        return await reading;
    }
}
