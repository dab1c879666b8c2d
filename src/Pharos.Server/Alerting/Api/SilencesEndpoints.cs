using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Doors;

namespace Pharos.Server.Alerting.Api;

/// <summary><c>/api/v2/silences</c> and <c>/api/v2/silence/{id}</c>.</summary>
/// <remarks>Source: Alertmanager's OpenAPI of API v2 (facts).</remarks>
sealed class SilencesEndpoints(AlertEngine engine, TimeProvider time)
{
    /// <summary>A silence is asked for each alert, so that it may not have matchers without end.</summary>
    const int MaxMatchers = 1_000;

    public void Map(DoorTable doors)
    {
        doors.Map(AlertmanagerForm.Read("/api/v2/silences", "the silences"), ListAsync);
        doors.Map(AlertmanagerForm.Change("POST", "/api/v2/silences", "makes or changes a silence"), PostAsync);
        doors.Map(AlertmanagerForm.Read("/api/v2/silence/{id}", "one silence"), OneAsync);
        doors.Map(AlertmanagerForm.Change("DELETE", "/api/v2/silence/{id}", "ends a silence"), DeleteAsync);
    }

    Task ListAsync(ApiCall call)
    {
        var matchers = AlertmanagerForm.Matchers(call, "filter");
        var (active, pending, expired) = (AlertmanagerForm.Bool(call, "active"), AlertmanagerForm.Bool(call, "pending"), AlertmanagerForm.Bool(call, "expired"));
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var silences = engine.Look(view => view.Silences.All.ToList())
            .Where(silence => matchers.All(matcher => IsFulfilled(silence, matcher)))
            .Where(silence => silence.StateAt(nowMs) switch { SilenceState.Active => active, SilenceState.Pending => pending, _ => expired })
            .OrderBy(silence => silence.StateAt(nowMs))
            .ThenBy(silence => silence.StateAt(nowMs) switch { SilenceState.Active => silence.EndsAtMs, SilenceState.Pending => silence.StartsAtMs, _ => -silence.EndsAtMs })
            .ToList();
        return AlertmanagerForm.WriteListAsync(call, silences, (json, silence) => Write(json, silence, nowMs));
    }

    async Task PostAsync(ApiCall call)
    {
        using var body = await AlertmanagerForm.BodyAsync(call);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var silence = ReadText(body.RootElement, nowMs);
        if (silence.StartsAtMs >= silence.EndsAtMs) throw ApiFaultException.BadData("failed to create silence: start time must be before end time");
        if (silence.EndsAtMs < nowMs) throw ApiFaultException.BadData("failed to create silence: end time can't be in the past");
        var id = await engine.SetSilenceAsync(silence) ?? throw ApiFaultException.NotFound($"silence {silence.Id} not found");
        await call.AnswerBareAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("silenceID", id);
            json.WriteEndObject();
        });
    }

    Task OneAsync(ApiCall call)
    {
        var id = Id(call);
        var silence = engine.Look(view => view.Silences.Find(id)) ?? throw ApiFaultException.NotFound($"silence {id} not found");
        return call.AnswerBareAsync(json => Write(json, silence, time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    /// <summary>One that is over already stays so: whoever asks twice has what was wanted.</summary>
    async Task DeleteAsync(ApiCall call)
    {
        var id = Id(call);
        if (!await engine.ExpireSilenceAsync(id)) throw ApiFaultException.NotFound($"silence {id} not found");
    }

    static string Id(ApiCall call)
    {
        var text = call.Context.Request.RouteValues["id"]?.ToString() ?? "";
        return Guid.TryParseExact(text, "D", out _) ? text : throw new ApiFaultException(FaultKind.Unprocessable, $"silenceID in path must be of type uuid: {GoText.Quote(text)}");
    }

    /// <summary>Whether a silence has what is asked for: a matcher on that label whose own value fulfils it.</summary>
    static bool IsFulfilled(Silence silence, LabelMatcher wanted)
    {
        var own = silence.Matchers.Where(matcher => matcher.Name == wanted.Name).ToList();
        return own.Count == 0 ? wanted.MatchesEmpty : own.Exists(matcher => wanted.Matches(matcher.Value));
    }

    static Silence ReadText(JsonElement body, long nowMs)
    {
        try
        {
            return Read(body, nowMs);
        }
        catch (InvalidOperationException) // Bytes that are no UTF-8, or half of a surrogate pair. In a matcher a replacement would silence something else.
        {
            throw ApiFaultException.BadData("the body has a text that is no UTF-8");
        }
    }

    static Silence Read(JsonElement body, long nowMs)
    {
        if (body.ValueKind != JsonValueKind.Object) throw ApiFaultException.BadData("the body is no object");
        if (!body.TryGetProperty("matchers", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0) throw ApiFaultException.BadData("invalid silence: at least one matcher required");
        if (list.GetArrayLength() > MaxMatchers) throw ApiFaultException.BadData($"invalid silence: more than {MaxMatchers} matchers");
        IReadOnlyList<LabelMatcher> matchers = [.. list.EnumerateArray().Select(ReadMatcher)];
        // Of negative ones each alert with the label may be meant, so that Alertmanager lets them stand alone.
        if (matchers.All(matcher => matcher is { MatchesEmpty: true, Kind: MatchKind.Equal or MatchKind.Regex })) throw ApiFaultException.BadData("invalid silence: at least one matcher must not match the empty string");
        var ends = AlertmanagerForm.Time(body, "endsAt") ?? throw ApiFaultException.BadData("endsAt is missing");
        return new(
            AlertmanagerForm.Text(body, "id"), matchers, AlertmanagerForm.Time(body, "startsAt") ?? nowMs, ends, nowMs, AlertmanagerForm.Text(body, "createdBy"),
            AlertmanagerForm.Text(body, "comment"), AlertmanagerForm.Labels(body, "annotations"));
    }

    static LabelMatcher ReadMatcher(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object) throw ApiFaultException.BadData("invalid silence: a matcher is no object");
        var name = AlertmanagerForm.Text(item, "name");
        if (name.Length == 0) throw ApiFaultException.BadData("invalid silence: a matcher has no name");
        var kind = (Flag(item, "isEqual", true), Flag(item, "isRegex", false)) switch
        {
            (true, false) => MatchKind.Equal,
            (false, false) => MatchKind.NotEqual,
            (true, true) => MatchKind.Regex,
            _ => MatchKind.NotRegex,
        };
        try
        {
            return new(kind, name, AlertmanagerForm.Text(item, "value"));
        }
        catch (Re2SyntaxException error)
        {
            throw ApiFaultException.BadData($"invalid silence: matcher of {name}: {error.Message}");
        }
    }

    static bool Flag(JsonElement item, string name, bool otherwise)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return otherwise;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw ApiFaultException.BadData($"invalid silence: {name} is neither true nor false"),
        };
    }

    static void Write(Utf8JsonWriter json, Silence silence, long nowMs)
    {
        json.WriteStartObject();
        json.WriteString("id", silence.Id);
        json.WriteStartObject("status");
        json.WriteString("state", silence.StateAt(nowMs) switch { SilenceState.Active => "active", SilenceState.Pending => "pending", _ => "expired" });
        json.WriteEndObject();
        json.WriteString("updatedAt", AlertmanagerForm.Time(silence.UpdatedAtMs));
        json.WriteLabels("annotations", silence.Annotations);
        json.WriteString("comment", silence.Comment);
        json.WriteString("createdBy", silence.CreatedBy);
        json.WriteString("endsAt", AlertmanagerForm.Time(silence.EndsAtMs));
        json.WriteStartArray("matchers");
        foreach (var matcher in silence.Matchers)
        {
            json.WriteStartObject();
            json.WriteBoolean("isEqual", matcher.Kind is MatchKind.Equal or MatchKind.Regex);
            json.WriteBoolean("isRegex", matcher.Kind is MatchKind.Regex or MatchKind.NotRegex);
            json.WriteString("name", matcher.Name);
            json.WriteString("value", matcher.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("startsAt", AlertmanagerForm.Time(silence.StartsAtMs));
        json.WriteEndObject();
    }
}
