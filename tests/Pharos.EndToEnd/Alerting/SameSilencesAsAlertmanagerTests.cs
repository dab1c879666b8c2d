using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>Silences of all kinds are posted, edited and ended at a real Alertmanager and at Pharos; both must take, refuse and keep the same.</summary>
public sealed class SameSilencesAsAlertmanagerTests : IDisposable
{
    readonly HttpClient http = new();

    [Fact]
    public async Task The_same_silences_are_taken_refused_and_kept()
    {
        await using var servers = await BesideAlertmanager.StartAsync();

        var faults = new List<string>();
        foreach (var (name, story) in Stories())
        {
            var (wanted, got) = (await story(new(http, servers.RealUrl)), await story(new(http, servers.OwnUrl)));
            if (wanted != got) faults.Add($"{name}\n  alertmanager: {wanted}\n  pharos:       {got}");
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    public void Dispose() => http.Dispose();

    static IEnumerable<(string Name, Func<Server, Task<string>> Story)> Stories()
    {
        foreach (var (value, isRegex) in from value in new[] { "", "b", "b?", ".*", ".+", "a|", "(", "(?=a)b", "a{1001}" } from isRegex in new[] { false, true } select (value, isRegex))
        {
            foreach (var isEqual in new[] { true, false })
            {
                yield return ($"a matcher: value \"{value}\", isRegex {isRegex}, isEqual {isEqual}", server => server.PostAsync(Silence(Matcher("a", value, isRegex, isEqual))));
            }
        }
        yield return ("a name with blanks", server => server.PostAsync(Silence(Matcher("a b", "c"))));
        yield return ("no name", server => server.PostAsync(Silence(Matcher("", "c"))));
        yield return ("one of two matches the empty text", server => server.PostAsync(Silence(Matcher("a", ""), Matcher("b", "c"))));
        yield return ("no words", server => server.PostAsync(With(Silence(), ("comment", ""), ("createdBy", ""))));
        yield return ("a text for a flag", server => server.PostAsync(Silence(new JsonObject { ["name"] = "a", ["value"] = "b", ["isRegex"] = "true" })));
        yield return ("it begins in the past", server => server.PostAsync(With(Silence(), ("startsAt", Moment(-600)))));
        yield return ("it ends in the past", server => server.PostAsync(With(Silence(), ("endsAt", Moment(-10)))));
        yield return ("it ends before it begins", server => server.PostAsync(With(Silence(), ("startsAt", Moment(900)), ("endsAt", Moment(600)))));
        yield return ("it ends when it begins", server => server.PostAsync(With(Silence(), ("startsAt", Moment(900)), ("endsAt", Moment(900)))));
        yield return ("an id that nobody has", server => server.PostAsync(With(Silence(), ("id", "00000000-0000-0000-0000-000000000000"))));
        yield return ("ended twice", async server =>
        {
            var id = await server.MakeAsync(Silence());
            return $"{await server.EndAsync(id)} {await server.EndAsync(id)} {await server.LookAsync(id)} {await server.EndAsync("00000000-0000-0000-0000-000000000000")}";
        });
        yield return ("other words, sent back as it was shown", server => server.EditAsync(Silence(), shown => With(shown, ("comment", "other"))));
        yield return ("other words, and the start to the second", server => server.EditAsync(Silence(), shown => With(shown, ("comment", "other"), ("startsAt", $"{shown["startsAt"]!.GetValue<string>()[..19]}Z"))));
        yield return ("a later end", server => server.EditAsync(Silence(), shown => With(shown, ("endsAt", Moment(7200)))));
        yield return ("another matcher", server => server.EditAsync(Silence(), shown => With(shown, ("matchers", new JsonArray(Matcher("a", "other"))))));
        yield return ("matchers in another order", server => server.EditAsync(Silence(Matcher("z", "1"), Matcher("a", "2")), shown => With(shown, ("matchers", new JsonArray(Matcher("a", "2"), Matcher("z", "1"))))));
        yield return ("a start in the future", server => server.EditAsync(Silence(), shown => With(shown, ("startsAt", Moment(600)))));
        yield return ("an end in the past", server => server.EditAsync(Silence(), shown => With(shown, ("endsAt", Moment(-1)))));
        yield return ("one that is planned, sooner", server => server.EditAsync(With(Silence(), ("startsAt", Moment(900))), shown => With(shown, ("startsAt", Moment(600)))));
        yield return ("one that is planned, now", server => server.EditAsync(With(Silence(), ("startsAt", Moment(900))), shown => With(shown, ("startsAt", Moment(-10)))));
        yield return ("one that was planned, ended", async server =>
        {
            var id = await server.MakeAsync(With(Silence(), ("startsAt", Moment(900))));
            return $"{await server.EndAsync(id)} {await server.LookAsync(id)}";
        });
        yield return ("one that is over, made again", async server =>
        {
            var id = await server.MakeAsync(Silence());
            await server.EndAsync(id);
            var again = await server.MakeAsync(With(Silence(), ("id", id), ("comment", "again")));
            return $"{id == again} {await server.LookAsync(id)} {await server.LookAsync(again)}";
        });
    }

    static JsonObject Silence(params JsonNode[] matchers) => new()
    {
        ["matchers"] = new JsonArray(matchers.Length == 0 ? [Matcher("a", "b")] : matchers),
        ["startsAt"] = Moment(0),
        ["endsAt"] = Moment(3600),
        ["createdBy"] = "me",
        ["comment"] = "c",
    };

    static JsonObject Matcher(string name, string value, bool isRegex = false, bool isEqual = true) => new() { ["name"] = name, ["value"] = value, ["isRegex"] = isRegex, ["isEqual"] = isEqual };

    static JsonObject With(JsonObject silence, params (string Name, JsonNode Value)[] changes)
    {
        foreach (var (name, value) in changes) silence[name] = value;
        return silence;
    }

    static string Moment(int seconds) => DateTimeOffset.UtcNow.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>One of the two, and what it answers, without ids and times.</summary>
    sealed class Server(HttpClient http, string address)
    {
        /// <returns>The status.</returns>
        public async Task<string> PostAsync(JsonObject silence)
        {
            using var answer = await http.PostAsJsonAsync($"{address}/api/v2/silences", silence);
            return ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        }

        public async Task<string> MakeAsync(JsonObject silence)
        {
            using var answer = await http.PostAsJsonAsync($"{address}/api/v2/silences", silence);
            return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("silenceID").GetString()! : $"refused {(int)answer.StatusCode}";
        }

        public async Task<int> EndAsync(string id) => (int)(await http.DeleteAsync($"{address}/api/v2/silence/{id}")).StatusCode;

        public async Task<string> LookAsync(string id)
        {
            var silence = await http.GetFromJsonAsync<JsonElement>($"{address}/api/v2/silence/{id}");
            var matchers = silence.GetProperty("matchers").EnumerateArray().Select(matcher => $"{matcher.GetProperty("name")}{matcher.GetProperty("value")}{matcher.GetProperty("isRegex")}{matcher.GetProperty("isEqual")}");
            return $"{silence.GetProperty("status").GetProperty("state")} {silence.GetProperty("comment")} {string.Join(',', matchers)}";
        }

        /// <summary>Makes one, and posts it again as it is shown with a change.</summary>
        public async Task<string> EditAsync(JsonObject silence, Func<JsonObject, JsonObject> change)
        {
            var id = await MakeAsync(silence);
            var shown = (await http.GetFromJsonAsync<JsonObject>($"{address}/api/v2/silence/{id}"))!;
            var next = await MakeAsync(change(shown));
            return $"{id == next} {await LookAsync(id)}, {(next.StartsWith("refused", StringComparison.Ordinal) ? next : await LookAsync(next))}";
        }
    }
}
