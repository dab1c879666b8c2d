using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pharos.AspNetCore.Errors;
using Pharos.Tests.AspNetCore.Tracing;

namespace Pharos.Tests.AspNetCore.Errors;

/// <remarks>Activities are the process's: no other service may answer meanwhile.</remarks>
[Collection(nameof(TraceExportTests))]
public sealed class TransactionCollectorTests
{
    [Theory]
    [InlineData("0000000000000000ffffffffffffffff", 0.999, false)]
    [InlineData("ffffffffffffffff0000000000000000", 0.001, true)]
    [InlineData("00000000000000008000000000000000", 0.5, false)]
    [InlineData("00000000000000007fffffffffffffff", 0.5, true)]
    [InlineData("0000000000000000ffffffffffffffff", 1, true)]
    [InlineData("ffffffffffffffff0000000000000001", 0, false)]
    public void The_share_is_taken_by_the_random_half_of_the_trace_id(string trace, double share, bool isSampled) =>
        Assert.Equal(isSampled, TransactionCollector.IsSampled(ActivityTraceId.CreateFromString(trace), share));

    [Fact]
    public async Task Requests_are_transactions_with_the_spans_inside_them()
    {
        await using var server = await EnvelopeServer.StartAsync();
        using var source = new ActivitySource("Shop.Work");
        await using var service = await ErrorReportTests.StartAsync(
            server,
            app => app.MapGet("/orders/{id}", () =>
            {
                using var span = source.StartActivity("reserve");
                span?.SetTag("db.query.text", "select * from t where password='x1'");
            }),
            options => { options.Errors.TracesSampleRate = 1; options.Tracing.Sources.Add("Shop.*"); });
        await service.Client.GetAsync("/orders/7?token=t1", TestContext.Current.CancellationToken);
        await service.Client.GetAsync("/metrics", TestContext.Current.CancellationToken);
        var transaction = await server.NextAsync("transaction");

        Assert.Equal("transaction GET /orders/{id} route", $"{transaction.GetProperty("type")} {transaction.GetProperty("transaction")} {transaction.GetProperty("transaction_info").GetProperty("source")}");
        var trace = transaction.GetProperty("contexts").GetProperty("trace");
        var span = Assert.Single(transaction.GetProperty("spans").EnumerateArray());
        Assert.Equal("http.server ok", $"{trace.GetProperty("op")} {trace.GetProperty("status")}");
        Assert.Equal($"db {trace.GetProperty("span_id")} {trace.GetProperty("trace_id")}", $"{span.GetProperty("op")} {span.GetProperty("parent_span_id")} {span.GetProperty("trace_id")}");
        Assert.DoesNotContain("x1", transaction.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("t1\"", transaction.GetRawText(), StringComparison.Ordinal);
        Assert.True(transaction.GetProperty("start_timestamp").GetDouble() <= transaction.GetProperty("timestamp").GetDouble());
        await service.App.Services.GetRequiredService<ErrorReporter>().Sender.FlushAsync(Patience.Limit);
        Assert.Single(server.Of("transaction"));
    }
}
