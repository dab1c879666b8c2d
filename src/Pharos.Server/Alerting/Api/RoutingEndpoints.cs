using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Api;

/// <summary><c>/api/v1/alerting/routes</c>: the routing tree as it is in force; <c>…/routes/test</c>: the way that given labels take through it.</summary>
/// <remarks>Times are in seconds. Where there is no file the first answer says so, and the second is refused.</remarks>
sealed class RoutingEndpoints(AlertEngine engine, TimeProvider time)
{
    const string AllLabels = "...";

    public void Map(DoorTable doors)
    {
        doors.Map(Door.Read("/api/v1/alerting/routes", "the routing tree in force"), TreeAsync);
        doors.Map(Door.ReadOrForm("/api/v1/alerting/routes/test", "the way that given labels take through the routing tree"), TestAsync);
    }

    /// <summary>What is copied out of the engine under its lock. Routes and configuration are immutable.</summary>
    /// <param name="MutedBy">By the id of the route.</param>
    sealed record Tree(AlertmanagerFileConfig Config, AlertRoute Root, IReadOnlyDictionary<string, IReadOnlyList<string>> MutedBy);

    sealed record Test(AlertRoute[] Taken, IReadOnlyDictionary<string, IReadOnlyList<string>> MutedBy, IReadOnlyList<string> SilencedBy, IReadOnlyList<string> InhibitedBy);

    Task TreeAsync(ApiCall call)
    {
        var tree = Look(view => new Tree(view.Dispatcher!.Config, view.Dispatcher.Root, Muted(view, view.Dispatcher.Root.All())));
        var isConfigured = tree.Config.Path.Length > 0;
        var now = time.GetUtcNow();
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("isConfigured", isConfigured);
            if (isConfigured) json.WriteString("file", ConfigSource.Show(tree.Config.Path));
            json.WritePropertyName("route");
            if (isConfigured) Write(json, tree.Root, tree.MutedBy);
            else json.WriteNullValue();
            json.WriteStartArray("timeIntervals");
            foreach (var interval in tree.Config.TimeIntervals)
            {
                json.WriteStartObject();
                json.WriteString("name", interval.Name);
                json.WriteBoolean("isActive", interval.Contains(now));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    Task TestAsync(ApiCall call)
    {
        var labels = call.Labels();
        var test = Look(view =>
        {
            var dispatcher = view.Dispatcher!;
            if (dispatcher.Config.Path.Length == 0) throw ApiFaultException.NotFound("no alertmanager.yml is in force, so there are no routes");
            AlertRoute[] taken = [.. dispatcher.Root.Match(labels)];
            return new Test(
                taken,
                Muted(view, taken),
                view.Silences.SilencedBy(AlertFingerprint.Of(labels), labels, view.NowMs),
                [.. dispatcher.InhibitedBy(labels, view.NowMs).Select(AlertFingerprint.Text)]);
        });
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteLabels("labels", labels);
            json.WriteStartArray("ways");
            foreach (var route in test.Taken) WriteWay(json, route, labels, test.MutedBy);
            json.WriteEndArray();
            json.WriteTexts("silencedBy", test.SilencedBy);
            json.WriteTexts("inhibitedBy", test.InhibitedBy);
            json.WriteEndObject();
        });
    }

    T Look<T>(Func<EngineView, T> look)
        where T : class =>
        engine.Look(view => view.Dispatcher is null ? null : look(view)) ?? throw ApiFaultException.Unavailable("the configuration is being changed; ask again in a moment");

    static Dictionary<string, IReadOnlyList<string>> Muted(EngineView view, IEnumerable<AlertRoute> routes) =>
        routes.ToDictionary(route => route.Id, route => view.Dispatcher!.MutedBy(route, view.NowMs), StringComparer.Ordinal);

    static void Write(Utf8JsonWriter json, AlertRoute route, IReadOnlyDictionary<string, IReadOnlyList<string>> mutedBy)
    {
        json.WriteStartObject();
        json.WriteString("id", route.Id);
        json.WriteNumber("line", route.Config.Line);
        json.WriteTexts("matchers", route.Config.Matchers.Select(matcher => matcher.Text()));
        json.WriteBoolean("continue", route.Config.Continue);
        WriteSettings(json, route, mutedBy);
        json.WriteTexts("muteTimeIntervals", route.Config.MuteTimeIntervals);
        json.WriteTexts("activeTimeIntervals", route.Config.ActiveTimeIntervals);
        json.WriteStartArray("routes");
        foreach (var child in route.Routes) Write(json, child, mutedBy);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteWay(Utf8JsonWriter json, AlertRoute route, LabelSet labels, IReadOnlyDictionary<string, IReadOnlyList<string>> mutedBy)
    {
        var path = new List<string>();
        for (var at = route; at is not null; at = at.Parent) path.Insert(0, at.Id);
        json.WriteStartObject();
        json.WriteString("route", route.Id);
        json.WriteTexts("path", path);
        json.WriteLabels("groupLabels", route.GroupLabelsOf(labels));
        WriteSettings(json, route, mutedBy);
        json.WriteEndObject();
    }

    /// <summary>What holds for the route, inherited or its own.</summary>
    static void WriteSettings(Utf8JsonWriter json, AlertRoute route, IReadOnlyDictionary<string, IReadOnlyList<string>> mutedBy)
    {
        json.WriteString("receiver", route.Receiver);
        json.WriteTexts("groupBy", route.GroupByAll ? [AllLabels] : route.GroupBy.Order(StringComparer.Ordinal));
        json.WriteNumber("groupWait", route.GroupWait.TotalSeconds);
        json.WriteNumber("groupInterval", route.GroupInterval.TotalSeconds);
        json.WriteNumber("repeatInterval", route.RepeatInterval.TotalSeconds);
        json.WriteTexts("mutedBy", mutedBy[route.Id]);
    }
}
