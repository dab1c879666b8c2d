using System.Text.Json.Nodes;
using Pharos.Server.Notifying;

namespace Pharos.Tests.Server.Notifying;

/// <summary>Source: developer.atlassian.com, Jira platform REST API v2 and v3: issue search, create, edit, transitions.</summary>
public class JiraNotifierTests
{
    const string Common = "project: OPS, issue_type: Bug, summary: S, description: D, priority: High, http_config: {basic_auth: {username: me, password: token}}";
    const string Transitions = """{"transitions":[{"id":"11","name":"Close"},{"id":"21","name":"Reopen"}]}""";

    static string Label => $"ALERT{{{ServiceClient.KeyOf(SomeNotification.Firing().GroupKey)}}}";

    [Fact]
    public async Task The_first_alerts_create_an_issue()
    {
        using var service = new FakeService((context, count) => FakeService.Write(context, count == 1 ? 200 : 201, count == 1 ? """{"issues":[]}""" : """{"id":"1","key":"OPS-1"}"""));
        var result = await NotifyAsync(service, $"{{api_url: URLrest/api/2, {Common}, labels: [z, '{{{{ .Status }}}}'], fields: {{components: [{{name: db}}], customfield_1: '{{{{ .Status }}}}'}}}}");

        Assert.Equal((NotifyOutcome.Sent, 201), (result.Outcome, result.HttpStatus));
        Assert.Equal(["POST /rest/api/2/search", "POST /rest/api/2/issue"], Asked(service));
        Is(service.Requests[0], new JsonObject { ["jql"] = $"statusCategory != Done and project=\"OPS\" and labels=\"{Label}\" order by status ASC,resolutiondate DESC", ["maxResults"] = 2, ["fields"] = new JsonArray("status") });
        Is(service.Requests[1], JsonNode.Parse($$"""
            {"fields":{"project":{"key":"OPS"},"issuetype":{"name":"Bug"},"summary":"S","description":"D","labels":["{{Label}}","firing","z"],"priority":{"name":"High"},
            "components":[{"name":"db"}],"customfield_1":"firing"} }
            """)!);
        Assert.All(service.Requests, request => Assert.Equal("Basic bWU6dG9rZW4=", request.Authorization));
    }

    [Fact]
    public async Task Resolved_alerts_update_and_close_the_issue()
    {
        using var service = Jira("new");
        var result = await NotifyAsync(service, $"{{api_url: URLrest/api/2/, {Common}, resolve_transition: Close}}", isFiring: false);

        Assert.Equal(NotifyOutcome.Sent, result.Outcome);
        Assert.Equal(["POST /rest/api/2/search", "PUT /rest/api/2/issue/OPS-7", "GET /rest/api/2/issue/OPS-7/transitions", "POST /rest/api/2/issue/OPS-7/transitions"], Asked(service));
        Is(service.Requests[3], JsonNode.Parse("""{"transition":{"id":"11"}}""")!);
    }

    [Fact]
    public async Task An_issue_that_was_closed_lately_is_opened_again()
    {
        using var service = Jira("done");
        await NotifyAsync(service, $"{{api_url: URLrest/api/2/, {Common}, reopen_transition: Reopen, reopen_duration: 90m, wont_fix_resolution: \"Won't\"}}");

        Assert.StartsWith("(resolution is EMPTY or resolution != \"Won't\") and (resolutiondate is EMPTY OR resolutiondate >= -90m) and project", (string?)JsonNode.Parse(service.Requests[0].Body)!["jql"], StringComparison.Ordinal);
        Is(service.Requests[3], JsonNode.Parse("""{"transition":{"id":"21"}}""")!);
    }

    [Theory]
    [InlineData(true, "new", 2)] // Open and firing: updated.
    [InlineData(false, "new", 2)] // Without a transition it stays open.
    public async Task Without_a_transition_an_issue_is_only_updated(bool isFiring, string category, int requests)
    {
        using var service = Jira(category);
        var result = await NotifyAsync(service, $"{{api_url: URLrest/api/2/, {Common}}}", isFiring);
        Assert.Equal((NotifyOutcome.Sent, requests), (result.Outcome, service.Requests.Count));
    }

    [Fact]
    public async Task Nothing_is_created_for_what_is_over()
    {
        using var service = FakeService.Answering(200, """{"issues":[]}""");
        Assert.Equal(NotifyOutcome.Sent, (await NotifyAsync(service, $"{{api_url: URLrest/api/2/, {Common}}}", isFiring: false)).Outcome);
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task Fields_that_people_edit_are_left_alone_when_told()
    {
        using var service = Jira("new");
        await NotifyAsync(service, "{api_url: URLrest/api/2/, project: OPS, issue_type: Bug, priority: '', summary: {template: S, enable_update: false}, description: {template: D, enable_update: false}, labels: {values: [a], enable_update: false}}");
        Is(service.Requests[1], JsonNode.Parse("""{"fields":{"project":{"key":"OPS"},"issuetype":{"name":"Bug"}}}""")!);
    }

    [Theory]
    [InlineData("""'{"type":"doc","version":1,"content":[]}'""", """{"type":"doc","version":1,"content":[]}""")]
    [InlineData("\"a\\n\\nb\"", """{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"a"},{"type":"hardBreak"},{"type":"hardBreak"},{"type":"text","text":"b"}]}]}""")]
    public async Task Version_3_gets_a_document_for_a_description(string written, string sent)
    {
        using var service = Jira("new");
        await NotifyAsync(service, $"{{api_url: URLrest/api/3/, project: OPS, issue_type: Bug, description: {written}}}");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent), JsonNode.Parse(service.Requests[1].Body)!["fields"]!["description"]), service.Requests[1].Body);
    }

    [Fact]
    public async Task The_cloud_is_searched_by_version_3()
    {
        using var service = Jira("new");
        await NotifyAsync(service, $"{{api_url: URLrest/api/2/, api_type: cloud, {Common}}}");
        Assert.Equal(["POST /rest/api/3/search/jql", "PUT /rest/api/2/issue/OPS-7"], Asked(service));
    }

    [Fact]
    public async Task A_transition_that_the_workflow_lacks_is_named()
    {
        using var service = Jira("new");
        var result = await NotifyAsync(service, $"{{api_url: URLrest/api/2/, {Common}, resolve_transition: Fertig}}", isFiring: false);
        Assert.Equal((NotifyOutcome.Failed, "jira: issue OPS-7 has no transition \"Fertig\" now; compare it with the workflow of the project"), (result.Outcome, result.Reason));
    }

    [Theory]
    [InlineData("<html>log in</html>")]
    [InlineData("[]")]
    [InlineData("""{"issues":[5]}""")]
    [InlineData("""{"issues":[{"key":7}]}""")]
    public async Task What_is_no_list_of_issues_creates_none(string answer)
    {
        using var service = FakeService.Answering(200, answer);
        var result = await NotifyAsync(service, $"{{api_url: URLrest/api/2/, {Common}}}");
        Assert.Equal(NotifyOutcome.Retry, result.Outcome);
        Assert.Single(service.Requests);
    }

    static FakeService Jira(string category) => new((context, count) => FakeService.Write(context, count is 2 or 4 ? 204 : 200, count switch
    {
        1 => $$"""{"issues":[{"key":"OPS-7","fields":{"status":{"name":"x","statusCategory":{"key":"{{category}}"} } } }]}""",
        3 => Transitions,
        _ => "",
    }));

    static async Task<NotifyResult> NotifyAsync(FakeService service, string yaml, bool isFiring = true) =>
        await SomeNotification.Notifier("jira", yaml.Replace("URL", service.Url, StringComparison.Ordinal)).NotifyAsync(isFiring ? SomeNotification.Firing() : SomeNotification.Resolved(), TestContext.Current.CancellationToken);

    static IEnumerable<string> Asked(FakeService service) => service.Requests.Select(request => $"{request.Method} {request.Path}");

    static void Is(FakeService.Received request, JsonNode expected) => Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(request.Body)), request.Body);
}
