using System.Diagnostics.Metrics;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Findings;
using Pharos.Server.Rooms;

namespace Pharos.Server.Hosting;

/// <summary>Shows the findings of all rooms: to pages and programs, and as a metric.</summary>
sealed class FindingsRoom : IRoom
{
    readonly FindingBook findings;
    readonly Meter meter = new("Pharos.Findings");

    public FindingsRoom(FindingBook findings)
    {
        this.findings = findings;
        meter.CreateObservableGauge("pharos_findings", Count, null, "What cannot work, or not as written, by how bad it is and what was looked for.");
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/status/findings", ShowAsync);

    public ValueTask PrepareAsync(Configuration next, Preparation preparation) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        meter.Dispose();
        return ValueTask.CompletedTask;
    }

    IEnumerable<Measurement<int>> Count() =>
        from finding in findings.All()
        group finding by (finding.Severity, finding.Check) into alike
        select new Measurement<int>(alike.Count(), new KeyValuePair<string, object?>("severity", Word(alike.Key.Severity)), new KeyValuePair<string, object?>("check", alike.Key.Check));

    Task ShowAsync(HttpContext context) => context.Response.WriteAsJsonAsync(new
    {
        status = "success",
        data = new
        {
            findings = findings.All().Select(finding => new
            {
                severity = Word(finding.Severity),
                where = finding.Where,
                message = finding.Message,
                mend = finding.Mend,
                id = finding.Id,
                check = finding.Check,
                since = finding.Since.UtcDateTime,
                link = finding.Link,
            }),
        },
    });

    static string Word(Severity severity) => severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" };
}
