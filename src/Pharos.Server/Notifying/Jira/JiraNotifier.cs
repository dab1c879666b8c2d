using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pharos.Model.Text;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Jira;

/// <summary>Keeps one issue per group: creates it, updates it, closes it when all is resolved, and reopens one that was closed lately.</summary>
/// <remarks>
/// <para>The issue is found again by a label made of the group's key, so that nothing is lost with a restart, and an answer that got lost makes no second issue.</para>
/// <para>Limits: summary 255, description 32767 characters.</para>
/// <para>Source: developer.atlassian.com, Jira platform REST API v2 and v3: Issues (create, edit, transitions), Issue search, Atlassian Document Format.</para>
/// </remarks>
sealed class JiraNotifier(JiraConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxSummary = 255;
    const int MaxDescription = 32_767;

    readonly ServiceClient client = new("jira", config.Http, services);

    /// <summary>An issue as the search tells it.</summary>
    sealed record Found(string Key, bool IsDone);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var label = $"ALERT{{{ServiceClient.KeyOf(notification.GroupKey)}}}";
            var searched = await SendAsync(HttpMethod.Post, SearchUrl(), Search(texts, label, notification.IsFiring), inTime);
            if (!searched.IsSuccess) return client.Judge(searched);
            if (!TryRead(searched, out var issue)) return NotifyResult.Retry(ServiceClient.Told("jira answered something else than issues", searched.Body), searched.RetryAfter, searched.Status);
            if (issue is null && !notification.IsFiring) return NotifyResult.Sent(searched.Status); // Nothing is open that could be closed.
            var body = Issue(texts, label, isUpdate: issue is not null);
            var written = issue is null ? await SendAsync(HttpMethod.Post, Url("issue"), body, inTime) : await SendAsync(HttpMethod.Put, Url($"issue/{issue.Key}"), body, inTime);
            if (!written.IsSuccess || issue is null) return client.Judge(written);
            var transition = (notification.IsFiring, issue.IsDone) switch
            {
                (true, true) => config.ReopenTransition,
                (false, false) => config.ResolveTransition,
                _ => "",
            };
            return transition.Length == 0 ? client.Judge(written) : await MoveAsync(issue.Key, transition, inTime);
        },
        cancellation);

    public void Dispose() => client.Dispose();

    string Url(string path) => $"{config.ApiUrl.TrimEnd('/')}/{path}";

    string SearchUrl() => !config.IsCloud ? Url("search") : Url("search/jql").Replace("/rest/api/2/", "/rest/api/3/", StringComparison.Ordinal);

    ValueTask<ServiceAnswer> SendAsync(HttpMethod method, string url, JsonNode body, CancellationToken cancellation) =>
        client.SendJsonAsync(method, url, JsonSerializer.SerializeToUtf8Bytes(body, JsonFields.Relaxed), cancellation, ("Accept-Language", "en"));

    /// <summary>Open issues of the group; when it fires and closed ones may be opened again, those closed lately, too.</summary>
    JsonObject Search(NotificationTexts texts, string label, bool isFiring)
    {
        var minutes = (long)config.ReopenDuration.TotalMinutes;
        var wontFix = config.WontFixResolution.Length == 0 ? "" : $"(resolution is EMPTY or resolution != {GoText.Quote(config.WontFixResolution)}) and ";
        var state = isFiring && config.ReopenTransition.Length > 0 && minutes > 0
            ? string.Create(CultureInfo.InvariantCulture, $"(resolutiondate is EMPTY OR resolutiondate >= -{minutes}m)")
            : "statusCategory != Done";
        var query = $"{wontFix}{state} and project={GoText.Quote(texts.Needed(config.Project))} and labels={GoText.Quote(label)} order by status ASC,resolutiondate DESC";
        return new() { ["jql"] = query, ["maxResults"] = 2, ["fields"] = new JsonArray("status") };
    }

    static bool TryRead(ServiceAnswer answer, out Found? issue)
    {
        issue = null;
        try
        {
            if (JsonNode.Parse(answer.Body) is not JsonObject root || root["issues"] is not JsonArray issues) return false;
            if (issues.Count == 0) return true;
            var key = (string?)issues[0]?["key"];
            issue = key is null ? null : new(key, (string?)issues[0]?["fields"]?["status"]?["statusCategory"]?["key"] == "done");
            return key is not null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // No JSON, or texts where objects belong.
        }
    }

    JsonObject Issue(NotificationTexts texts, string label, bool isUpdate)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in config.Fields)
        {
            if (TemplatedFields.TryRender(value, texts, $"fields.{name}", out var rendered)) fields[name] = rendered; // Jira refuses an issue for a field that is empty.
        }
        fields["project"] = new JsonObject { ["key"] = texts.Needed(config.Project) };
        fields["issuetype"] = new JsonObject { ["name"] = texts.Needed(config.IssueType) };
        if (!isUpdate || config.Summary.IsUpdated) fields["summary"] = Shortened.ToRunes(texts.Field(config.Summary.Template, "jira.default.summary"), MaxSummary);
        if (!isUpdate || config.Description.IsUpdated) fields["description"] = Description(texts.Body(config.Description.Template, "jira.default.description", Shortened.ToRunes, MaxDescription));
        if (!isUpdate || config.UpdateLabels)
        {
            var labels = config.Labels.Where(text => texts.Renders("labels", text)).Select(text => texts.Field(text));
            fields["labels"] = new JsonArray([.. labels.Append(label).Order(StringComparer.Ordinal).Select(text => (JsonNode)text)]);
        }
        if (texts.Field(config.Priority, "jira.default.priority") is { Length: > 0 } priority) fields["priority"] = new JsonObject { ["name"] = priority };
        return new() { ["fields"] = fields };
    }

    /// <summary>Version 3 takes only documents: a text that is one is sent as it is, any other becomes one with its lines.</summary>
    JsonNode Description(string text)
    {
        if (!config.IsVersion3) return text;
        if (JsonFields.TryValue(text) is JsonObject document) return document;
        var content = new JsonArray();
        foreach (var line in text.Split('\n'))
        {
            if (content.Count > 0) content.Add(new JsonObject { ["type"] = "hardBreak" });
            if (line.Length > 0) content.Add(new JsonObject { ["type"] = "text", ["text"] = line }); // Empty texts are refused.
        }
        return new JsonObject { ["type"] = "doc", ["version"] = 1, ["content"] = new JsonArray(new JsonObject { ["type"] = "paragraph", ["content"] = content }) };
    }

    /// <summary>Transitions are named in the configuration, but their ids differ from issue to issue.</summary>
    async ValueTask<NotifyResult> MoveAsync(string key, string name, CancellationToken cancellation)
    {
        var url = Url($"issue/{key}/transitions");
        var listed = await client.GetAsync(url, cancellation, ("Accept-Language", "en"));
        if (!listed.IsSuccess) return client.Judge(listed);
        if (TransitionId(listed.Body, name) is not { } id) return NotifyResult.Failed($"jira: issue {key} has no transition \"{name}\" now; compare it with the workflow of the project", listed.Status);
        return client.Judge(await SendAsync(HttpMethod.Post, url, new JsonObject { ["transition"] = new JsonObject { ["id"] = id } }, cancellation));
    }

    static string? TransitionId(string body, string name)
    {
        try
        {
            return JsonNode.Parse(body)?["transitions"] is JsonArray all ? (string?)all.FirstOrDefault(one => (string?)one?["name"] == name)?["id"] : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
