using System.Collections;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Logs;

namespace Pharos.Tests.AspNetCore.Logs;

public sealed partial class JsonLoggerTests : IDisposable
{
    readonly SomeLog log = new();

    public void Dispose() => log.Dispose();

    [Fact]
    public void A_line_has_the_keys_of_the_guides_and_each_field_as_its_own()
    {
        log.Logger.LogInformation("Order {OrderId} of {Amount:F2} placed, {Gift}", 17, 9.5, true);

        Assert.Equal("""{"timestamp":"2026-01-31T12:00:00.123000Z","level":"INFO","logger":"Shop.Orders","message":"Order 17 of 9.50 placed, True","OrderId":17,"Amount":9.5,"Gift":true}""" + "\n", log.Text);
    }

    [Fact]
    public void Days_and_hours_are_written_as_ISO_has_them_and_a_field_may_be_called_scopes()
    {
        using (log.Logger.BeginScope("plain")) log.Logger.LogInformation("{Day}{Hour}{scopes}", new DateOnly(2026, 2, 1), new TimeOnly(13, 30), "mine");

        Assert.EndsWith(""","Day":"2026-02-01","Hour":"13:30:00.0000000","field_scopes":"mine","scopes":["plain"]}""" + "\n", log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LogLevel.Trace, "TRACE")]
    [InlineData(LogLevel.Debug, "DEBUG")]
    [InlineData(LogLevel.Information, "INFO")]
    [InlineData(LogLevel.Warning, "WARNING")]
    [InlineData(LogLevel.Error, "ERROR")]
    [InlineData(LogLevel.Critical, "CRITICAL")]
    public void Levels_are_named_as_in_the_guides(LogLevel level, string name)
    {
        log.Logger.Log(level, "x");

        Assert.Equal(name, log.Line.GetProperty("level").GetString());
    }

    [Theory]
    [InlineData("a {{b}} {C}", "a {b} 1")]
    [InlineData("{C,6}|{D,-3}|", "     1|2  |")]
    [InlineData("{C:D3}{D}", "0012")]
    public void A_message_is_rendered_as_the_logging_library_does(string template, string message)
    {
#pragma warning disable CA2254 // The template is what is tested.
        log.Logger.LogInformation(template, 1, 2);
#pragma warning restore CA2254

        Assert.Equal(message, log.Line.GetProperty("message").GetString());
    }

    [Fact]
    public void Generated_messages_of_every_kind_read_as_their_own_formatter_says()
    {
        Two(log.Logger, "ann", 3);
        Turned(log.Logger, 1, 2);
        Seven(log.Logger, 1, 2, 3, 4, 5, 6, 7);
        log.Logger.LogInformation("{List} {Null} {When:yyyy}", new[] { 1, 2 }, null, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(["ann has 3", "b 2 before a 1", "7 6 5 4 3 2 1", "1, 2 (null) 2026"], log.All.Select(line => line.GetProperty("message").GetString()));
        Assert.Equal(7, log.All[2].GetProperty("G").GetInt32());
    }

    [Fact]
    public void Scope_values_are_fields_and_the_nearest_wins()
    {
        using (log.Logger.BeginScope(new Dictionary<string, object?> { ["tenant"] = "outer", ["step"] = 1, ["ConnectionId"] = "0HN" }))
        using (log.Logger.BeginScope("Batch {tenant}", "inner"))
        using (log.Logger.BeginScope("just words"))
        {
            log.Logger.LogInformation("Did {step}", 2);
        }

        var line = log.Line;
        Assert.Equal("inner", line.GetProperty("tenant").GetString());
        Assert.Equal(2, line.GetProperty("step").GetInt32());
        Assert.Equal("just words", line.GetProperty("scopes")[0].GetString());
        Assert.False(line.TryGetProperty("ConnectionId", out _));
        Assert.Equal(line.EnumerateObject().Count(), line.EnumerateObject().Select(field => field.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_field_with_the_name_of_a_key_of_the_line_gets_another()
    {
        log.Logger.LogInformation("{level} {message} {timestamp} {user_id}", "high", "m", "now", 17);

        var line = log.Line;
        Assert.Equal("INFO", line.GetProperty("level").GetString());
        Assert.Equal("high", line.GetProperty("field_level").GetString());
        Assert.Equal("m", line.GetProperty("field_message").GetString());
        Assert.Equal("now", line.GetProperty("field_timestamp").GetString());
        Assert.Equal(17, line.GetProperty("user_id").GetInt32());
    }

    [Fact]
    public void Keys_and_their_style_can_be_chosen()
    {
        using var chosen = new SomeLog(options =>
        {
            (options.Keys.Timestamp, options.Keys.Level, options.Keys.Logger) = ("asctime", "levelname", "");
            options.FieldNames = FieldNames.SnakeCase;
        });
        chosen.Logger.LogInformation("Took {DurationMs}", 5);

        Assert.Equal("""{"asctime":"2026-01-31T12:00:00.123000Z","levelname":"INFO","message":"Took 5","duration_ms":5}""" + "\n", chosen.Text);
    }

    [Fact]
    public void Secrets_are_masked_at_any_depth_and_in_the_message()
    {
        log.Logger.LogWarning("Flat {Body}", new Dictionary<string, string> { ["password"] = "hunter4" });
        log.Logger.LogWarning("Login of {User} with {Password} at {Url}: {Body} {Raw}", "ann", "hunter2", "https://h/?api_key=k1&x=1",
            new Dictionary<string, object?> { ["deep"] = new Dictionary<string, object?> { ["refreshToken"] = "t1", ["n"] = 1 }, ["list"] = new[] { "token=t2" } },
            """{"client_secret":"s1"}""");
        using (log.Logger.BeginScope(new Dictionary<string, object> { ["Authorization"] = "Bearer b1" })) log.Logger.LogError(new InvalidOperationException("no: password=hunter3"), "x");

        foreach (var secret in new[] { "hunter2", "k1", "t1", "t2", "s1", "b1", "hunter3", "hunter4" }) Assert.DoesNotContain(secret, log.Text, StringComparison.Ordinal);
        var line = log.All[1];
        Assert.Equal("***REDACTED***", line.GetProperty("Password").GetString());
        Assert.Equal("ann", line.GetProperty("User").GetString());
        Assert.Equal("https://h/?api_key=***REDACTED***&x=1", line.GetProperty("Url").GetString());
        Assert.Equal("***REDACTED***", line.GetProperty("Body").GetProperty("deep").GetProperty("refreshToken").GetString());
        Assert.Equal(1, line.GetProperty("Body").GetProperty("deep").GetProperty("n").GetInt32());
        Assert.Contains("of ann with ***REDACTED*** at", line.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_masked_in_a_message_that_another_formatter_made()
    {
        log.Logger.Log(LogLevel.Information, default, new List<KeyValuePair<string, object?>> { new("Token", "t0p") }, null, (_, _) => "token t0p was used");

        Assert.Equal("token ***REDACTED*** was used", log.Line.GetProperty("message").GetString());
    }

    [Fact]
    public void The_trace_under_way_is_on_the_line()
    {
        using var activity = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).Start();
        log.Logger.LogInformation("x");

        Assert.Equal(activity.TraceId.ToHexString(), log.Line.GetProperty("trace_id").GetString());
        Assert.Equal(activity.SpanId.ToHexString(), log.Line.GetProperty("span_id").GetString());
    }

    [Fact]
    public void An_exception_is_told_with_those_inside_it()
    {
        log.Logger.LogError(Thrown(new InvalidOperationException("outer", new AggregateException("many", new ArgumentException("first"), new TimeoutException("second")))), "failed");

        var text = log.Line.GetProperty("exception").GetString()!;
        Assert.StartsWith("System.InvalidOperationException: outer\n ---> System.AggregateException: many", text, StringComparison.Ordinal);
        Assert.Contains("---> (#0) System.ArgumentException: first", text, StringComparison.Ordinal);
        Assert.Contains("---> (#1) System.TimeoutException: second", text, StringComparison.Ordinal);
        Assert.Contains("   at Pharos.Tests.AspNetCore.Logs.JsonLoggerTests.Thrown", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Exceptions_with_cycles_or_faults_of_their_own_are_told_all_the_same()
    {
        log.Logger.LogError(new Faulty(), "a");
        log.Logger.LogError(Cycle(), "b");

        Assert.Contains("(reading the message threw System.NotSupportedException)", log.All[0].GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.Contains("(told above)", log.All[1].GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_characters_make_one_valid_line()
    {
        log.Logger.LogInformation("{V}", "a\nb\r\0\u001b[31m\u2028\uD800x\uDC00\"\\é😀");
#pragma warning disable CA2254
        log.Logger.LogInformation(new string([.. Enumerable.Range(0, 256).Select(i => (char)i).Where(c => c is not ('{' or '}'))]));
        log.Logger.Log(LogLevel.Information, default, new Dictionary<string, object?> { ["k\uD800\n"] = "v" }, null, (_, _) => "\uDFFF");
#pragma warning restore CA2254

        Assert.Equal(3, log.All.Count);
        Assert.Equal(3, log.Text.Count(letter => letter == '\n'));
        Assert.Equal("a\nb\r\0\u001b[31m\u2028\uFFFDx\uFFFD\"\\é😀", log.All[0].GetProperty("V").GetString());
        Assert.DoesNotContain("\u001b", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_written_by_their_type_and_none_can_break_the_line()
    {
        var cycle = new Dictionary<string, object?>();
        cycle["self"] = cycle;
        var values = new object?[] { 1UL << 63, (sbyte)-1, 1.5f, double.NaN, 7.25m, 'c', DayOfWeek.Friday, TimeSpan.FromSeconds(1), new Uri("http://u:p@h/"), new byte[3], cycle, Endless(), new Silent(), Throwing(), typeof(string), new Version(1, 2) };
        foreach (var value in values) log.Logger.LogInformation("{V}", value);

        Assert.Equal(values.Length, log.All.Count);
        string[] raw = ["9223372036854775808", "-1", "1.5", "\"NaN\"", "7.25", "\"c\"", "\"Friday\"", "\"00:00:01\"", "\"http://***REDACTED***@h/\"", "\"(3 bytes)\""];
        Assert.Equal(raw, log.All.Take(raw.Length).Select(line => line.GetProperty("V").GetRawText()));
        Assert.EndsWith("\"…\"]", log.All[11].GetProperty("V").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("threw System.NotSupportedException", log.All[12].GetProperty("V").GetString(), StringComparison.Ordinal);
        Assert.Contains("threw System.NotSupportedException", log.All[13].GetProperty("V").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_and_lines_have_bounds()
    {
        using var bounded = new SomeLog(options => (options.MaxTextLength, options.MaxLineBytes) = (64, 1_024));
        bounded.Logger.LogInformation("{Big}", new string('x', 1 << 20));
        bounded.Logger.Log(LogLevel.Information, default, Enumerable.Range(0, 5_000).Select(i => KeyValuePair.Create("f" + i, (object?)"value")).ToList(), null, (_, _) => "many");

        Assert.Equal(new string('x', 64) + "…", bounded.All[0].GetProperty("Big").GetString());
        Assert.True(bounded.All[1].GetProperty("truncated").GetBoolean());
        Assert.All(bounded.Text.Split('\n'), line => Assert.InRange(line.Length, 0, 1_200));
    }

    [Fact]
    public void A_formatter_that_throws_costs_its_message_and_not_the_caller()
    {
        log.Logger.Log(LogLevel.Information, default, 0, null, (_, _) => throw new FormatException("bad"));

        Assert.Equal("A message of level Information could not be written: System.FormatException: bad", log.Line.GetProperty("message").GetString());
    }

    [Fact]
    public void A_value_that_logs_while_it_is_written_makes_two_lines()
    {
        log.Logger.LogInformation("{V}", new Logging(log.Logger));

        Assert.Equal("inside", log.All[0].GetProperty("message").GetString());
        Assert.Equal("done", log.All[1].GetProperty("V").GetString());
    }

    [Fact]
    public void The_common_line_allocates_nothing()
    {
        using var silent = new SomeLog(output: Stream.Null);
        using var scope = silent.Logger.BeginScope(new List<KeyValuePair<string, object?>> { new("tenant", "t1") });
        using var activity = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).Start();
        // Buffers grow to their size first.
        for (var round = 0; round < 20; round++)
        {
            for (var at = 0; at < 200; at++) Three(silent.Logger, "ann", "/orders/{id}", "paid");
            silent.Lines.Flush(Patience.Limit);
        }
        var best = long.MaxValue;
        for (var round = 0; round < 20 && best > 0; round++)
        {
            silent.Lines.Flush(Patience.Limit);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var at = 0; at < 20; at++) Three(silent.Logger, "ann", "/orders/{id}", "paid");
            best = Math.Min(best, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, best);
    }

    static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }

    static InvalidOperationException Cycle()
    {
        var inner = new InvalidOperationException("inner");
        var outer = new InvalidOperationException("outer", inner);
        typeof(Exception).GetField("_innerException", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.SetValue(inner, outer);
        return outer;
    }

    static IEnumerable<int> Endless()
    {
        for (var at = 0; ; at++) yield return at;
    }

    static IEnumerable<int> Throwing()
    {
        yield return 1;
        throw new NotSupportedException();
    }

    [LoggerMessage(LogLevel.Information, "{User} has {Count}")]
    static partial void Two(ILogger logger, string user, int count);

    [LoggerMessage(LogLevel.Information, "b {B} before a {A}")]
    static partial void Turned(ILogger logger, int a, int b);

    [LoggerMessage(LogLevel.Information, "{G} {F} {E} {D} {C} {B} {A}")]
    static partial void Seven(ILogger logger, int a, int b, int c, int d, int e, int f, int g);

    [LoggerMessage(LogLevel.Information, "{User} asked {Endpoint}: {Outcome}")]
    static partial void Three(ILogger logger, string user, string endpoint, string outcome);

    sealed class Silent
    {
        public override string ToString() => throw new NotSupportedException();
    }

    sealed class Logging(ILogger logger)
    {
        public override string ToString()
        {
            if (!isDone) logger.LogInformation("inside");
            isDone = true;
            return "done";
        }

        bool isDone;
    }

    sealed class Faulty : Exception
    {
        public override string Message => throw new NotSupportedException();

        public override string ToString() => throw new NotSupportedException();

        public override IDictionary Data => throw new NotSupportedException();
    }
}
