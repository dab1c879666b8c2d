using System.Text.Json;

namespace Pharos.EndToEnd.Api;

/// <summary>One answer of the API: its status, its shape, and the kind of error it tells. Text that is no JSON has no shape.</summary>
sealed record ApiAnswer(int Status, SortedSet<string> Shape, string ErrorType, string Body)
{
    /// <param name="call">Path and query below <c>/api/v1/</c>; with "POST " in front the query is sent as a form.</param>
    public static async Task<ApiAnswer> AskAsync(HttpClient server, string call)
    {
        using var request = RequestFor(call);
        using var response = await server.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (body.Length == 0 || response.Content.Headers.ContentType?.MediaType != "application/json") return new((int)response.StatusCode, [], "", body);
        using var document = JsonDocument.Parse(body);
        var errorType = document.RootElement.TryGetProperty("errorType", out var kind) ? kind.GetString()! : "";
        return new((int)response.StatusCode, JsonShape.Of(document.RootElement), errorType, body);
    }

    static HttpRequestMessage RequestFor(string call)
    {
        if (!call.StartsWith("POST ", StringComparison.Ordinal)) return new(HttpMethod.Get, "api/v1/" + call);
        var parts = call["POST ".Length..].Split('?', 2);
        var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/" + parts[0]);
        if (parts.Length > 1) request.Content = new FormUrlEncodedContent(parts[1].Split('&').Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1])));
        return request;
    }
}
