using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Doors;

namespace Pharos.Server.Ledger;

/// <summary><c>/api/v1/alerting/ledger</c>: the steps of alerts, newest first, by time, alert (<c>filter</c>) and receiver.</summary>
sealed class LedgerEndpoints(AlertLedger ledger, TimeProvider time)
{
    const int UsualLimit = 500;

    /// <summary>More than a page shows; a longer span is read in pieces, by an earlier end.</summary>
    const int HighestLimit = 10_000;

    static readonly TimeSpan UsualSpan = TimeSpan.FromHours(6);

    public void Map(DoorTable doors) => doors.Map(Door.ReadOrForm("/api/v1/alerting/ledger", "the steps of alerts, newest first"), AnswerAsync);

    async Task AnswerAsync(ApiCall call)
    {
        var untilMs = call.Time("end", time.GetUtcNow().ToUnixTimeMilliseconds());
        var fromMs = call.Time("start", untilMs - (long)UsualSpan.TotalMilliseconds);
        if (fromMs > untilMs) throw ApiFaultException.Parameter("start", "start must not be after end");
        var limit = call.Limit();
        limit = limit == 0 ? UsualLimit : Math.Min(limit, HighestLimit);
        await ledger.CatchUpAsync();
        var rows = ledger.Query(new(fromMs, untilMs, call.Filter(), call["receiver"], limit + 1)); // One more than wanted tells whether there are more.
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("rows");
            foreach (var row in rows.Take(limit)) Write(json, row);
            json.WriteEndArray();
            json.WriteBoolean("isCut", rows.Count > limit);
            json.WriteEndObject();
        });
    }

    /// <summary>One row, as every answer about the ledger has it.</summary>
    public static void Write(Utf8JsonWriter json, LedgerRow row)
    {
        json.WriteStartObject();
        json.WriteNumber("id", row.Id);
        json.WriteString("at", ApiTime.Format(row.AtMs));
        json.WriteString("step", row.Step.ToString().ToLowerInvariant());
        json.WriteString("outcome", row.Outcome.ToString().ToLowerInvariant());
        json.WriteString("text", row.Text);
        json.WriteString("fingerprint", row.Fingerprint is { } fingerprint ? AlertFingerprint.Text(fingerprint) : "");
        json.WriteLabels("labels", row.Labels);
        if (row.Alerts.Count > 0) json.WriteTexts("alerts", row.Alerts.Select(AlertFingerprint.Text));
        if (row.Receiver.Length > 0) json.WriteString("receiver", row.Receiver);
        if (row.Integration.Length > 0) json.WriteString("integration", row.Integration);
        if (row.GroupKey.Length > 0) json.WriteString("groupKey", row.GroupKey);
        if (row.Reason.Length > 0) json.WriteString("reason", row.Reason);
        if (row.Status is { } status) json.WriteNumber("status", status);
        json.WriteEndObject();
    }
}
