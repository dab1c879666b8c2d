using Pharos.Model.Labels;
using Pharos.Server.Doors;

namespace Pharos.Server.Ledger;

/// <summary><c>/api/v1/alerting/why</c>: why somebody was paged for an alert (<c>filter</c>), or nobody was, as of a moment (<c>at</c>).</summary>
/// <param name="unseen">Explains an alert that was never heard of.</param>
sealed class WhyEndpoint(AlertLedger ledger, Func<IReadOnlyList<LabelMatcher>, WhyAnswer> unseen, TimeProvider time)
{
    public void Map(DoorTable doors) => doors.Map(Door.Read("/api/v1/alerting/why", "why somebody was paged for an alert, or nobody was"), AnswerAsync);

    async Task AnswerAsync(ApiCall call)
    {
        var matchers = call.Filter();
        if (matchers.Count == 0) throw ApiFaultException.Parameter("filter", "write a matcher such as alertname=\"X\"");
        var atMs = call.Time("at", time.GetUtcNow().ToUnixTimeMilliseconds());
        await ledger.CatchUpAsync();
        var answer = WhyAnswer.Explain(ledger, matchers, atMs) ?? unseen(matchers);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("isPaged", answer.IsPaged);
            if (answer.Reason is not null) json.WriteString("reason", answer.Reason);
            json.WriteString("sentence", answer.Sentence);
            if (answer.Mend.Length > 0) json.WriteString("mend", answer.Mend);
            if (answer.Fingerprint is { } fingerprint)
            {
                json.WriteStartObject("alert");
                json.WriteLabels("labels", answer.Labels);
                json.WriteString("fingerprint", AlertFingerprint.Text(fingerprint));
                json.WriteEndObject();
            }
            json.WriteStartArray("steps");
            foreach (var step in answer.Steps) LedgerEndpoints.Write(json, step);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
