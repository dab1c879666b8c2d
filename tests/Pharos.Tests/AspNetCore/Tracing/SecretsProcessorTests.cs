using System.Diagnostics;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Redaction;
using Pharos.AspNetCore.Tracing;

namespace Pharos.Tests.AspNetCore.Tracing;

public sealed class SecretsProcessorTests
{
    [Fact]
    public void Secrets_are_masked_in_tags_events_and_status_and_all_else_stays()
    {
        var options = new PharosOptions();
        (options.Tracing.Console, options.Tracing.SampleRatio) = (true, 1);
        options.Tracing.Sources.Add("secrets-test");
        using var export = new TraceExport(options, new Redactor(new RedactionOptions()), TextWriter.Null);
        using var source = new ActivitySource("secrets-test");
        var span = source.StartActivity("work")!;
        span.SetTag("user.password", "hunter2").SetTag("pin.token", 1234).SetTag("note", "Server=db;Password=hunter2;Port=1").SetTag("count", 7).SetTag("plain", "tea");
        span.AddException(new InvalidOperationException("https://ann:hunter2@h/"));
        span.AddEvent(new ActivityEvent("asked", tags: new ActivityTagsCollection { ["api_key"] = "hunter2", ["size"] = 3 }));
        span.SetStatus(ActivityStatusCode.Error, "token=hunter2");
        span.Dispose();

        var events = span.Events.SelectMany(happened => happened.Tags).ToList();
        Assert.Equal(["user.password=***REDACTED***", "pin.token=***REDACTED***", "note=Server=db;Password=***REDACTED***;Port=1", "count=7", "plain=tea"], span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Contains(events, tag => tag is { Key: "exception.message", Value: "https://***REDACTED***@h/" });
        Assert.Contains(events, tag => tag is { Key: "size", Value: 3 });
        Assert.DoesNotContain(events, tag => $"{tag.Value}".Contains("hunter2", StringComparison.Ordinal));
        Assert.Equal("token=***REDACTED***", span.StatusDescription);
    }
}
