using Pharos.AspNetCore.Metrics.Exposition;

namespace Pharos.Tests.AspNetCore.Metrics.Exposition;

public sealed class ExpositionChoiceTests
{
    const string Text = "text/plain; version=0.0.4; charset=utf-8";
    const string Protobuf = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

    [Theory]
    [InlineData("", Text)]
    [InlineData("*/*", Text)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Text)]
    [InlineData("text/plain", Text)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    [InlineData("application/openmetrics-text;q=0.1,text/plain;q=0.9", Text)]
    [InlineData("application/openmetrics-text; version=0.0.1", "application/openmetrics-text; version=0.0.1; charset=utf-8")]
    [InlineData("application/openmetrics-text;version=2.0.0,text/plain;q=0.1", Text)]
    [InlineData("application/openmetrics-text;q=0,text/plain;q=0.1", Text)]
    [InlineData("application/openmetrics-text;q=abc,text/plain;q=0.1", Text)]
    [InlineData("APPLICATION/OpenMetrics-Text ; Version = \"1.0.0\" ; Q=1", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    [InlineData("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text;q=1,text/plain;q=0.1", Text)]
    [InlineData("application/vnd.google.protobuf;proto=other;encoding=delimited", Text)]
    [InlineData(
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
        + "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1", Protobuf)]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores")]
    [InlineData("text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.1", Text + "; escaping=underscores")]
    [InlineData(";;,,q=1;=,", Text)]
    public void The_format_is_the_one_liked_best_among_those_written_here(string accept, string contentType) => Assert.Equal(contentType, ExpositionChoice.Of(accept).ContentType);
}
