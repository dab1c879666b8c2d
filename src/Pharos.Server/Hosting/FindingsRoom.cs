using System.Diagnostics.Metrics;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Doors;
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

    public void Map(DoorTable doors) => doors.Map(Door.Read("/api/v1/status/findings", "what cannot work, and what mends it"), ShowAsync);

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

    Task ShowAsync(ApiCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("findings");
        foreach (var finding in findings.All())
        {
            json.WriteStartObject();
            json.WriteString("severity", Word(finding.Severity));
            json.WriteString("where", finding.Where);
            json.WriteString("message", finding.Message);
            json.WriteString("mend", finding.Mend);
            json.WriteString("id", finding.Id);
            json.WriteString("check", finding.Check);
            json.WriteString("since", finding.Since.UtcDateTime);
            json.WriteString("link", finding.Link);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    static string Word(Severity severity) => severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" };
}
