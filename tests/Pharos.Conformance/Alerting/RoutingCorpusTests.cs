using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Config;

namespace Pharos.Conformance.Alerting;

/// <summary>Labels with the receivers that Alertmanager's own tests expect for them.</summary>
public sealed class RoutingCorpusTests
{
    [Fact]
    public void Alerts_reach_the_receivers_that_Alertmanager_would_tell()
    {
        var root = Corpus.Path("alerting", "alertmanager-routing");
        foreach (var line in File.ReadLines(Path.Combine(root, "expected.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var config = AlertmanagerFileReader.Read(new ConfigSource(), Path.Combine(root, json.RootElement.GetProperty("config").GetString()!));
            var labels = LabelSet.From(json.RootElement.GetProperty("labels").EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString()!)));

            var receivers = AlertRoute.Build(config!.Route).Match(labels).Select(route => route.Receiver);

            Assert.Equal(json.RootElement.GetProperty("receivers").EnumerateArray().Select(receiver => receiver.GetString()!), receivers);
        }
    }
}
