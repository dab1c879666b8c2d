using System.Text.Json;
using Pharos.Server.Doors;

namespace Pharos.Server.Hosting.Notices;

/// <summary><c>/api/v1/notifications</c>: what is wrong with this server; <c>/live</c> below it: the same, and each change as it comes.</summary>
static class NoticeEndpoints
{
    public static void Map(DoorTable doors, ServerNotices notices)
    {
        doors.Map(Door.Read("/api/v1/notifications", "what is wrong with this server"), call => ListAsync(call, notices));
        doors.Map(Door.Read("/api/v1/notifications/live", "what is wrong with this server, and each change as it comes") with { Load = LoadClass.Stream }, call => FollowAsync(call, notices));
    }

    static Task ListAsync(ApiCall call, ServerNotices notices) => call.AnswerAsync(json =>
    {
        json.WriteStartArray();
        foreach (var notice in notices.Active) Write(json, notice);
        json.WriteEndArray();
    });

    /// <summary>Server-sent events, until the client goes or the server ends. No content: there are too many who listen.</summary>
    static async Task FollowAsync(ApiCall call, ServerNotices notices)
    {
        var response = call.Context.Response;
        if (notices.Subscribe() is not { } changes)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            response.ContentType = null;
            return;
        }
        try
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            await response.Body.FlushAsync(call.ClientGone); // The client learns at once that it is heard.
            await foreach (var notice in changes.ReadAllAsync(call.ClientGone))
            {
                call.Output.Raw("data: "u8);
                using (var json = call.Output.Structured()) Write(json, notice);
                call.Output.Raw("\n\n"u8);
                await call.Output.FlushPartAsync();
            }
            await call.Output.CompleteAsync();
        }
        finally
        {
            notices.Unsubscribe(changes);
        }
    }

    static void Write(Utf8JsonWriter json, ServerNotice notice)
    {
        json.WriteStartObject();
        json.WriteString("text", notice.Text);
        json.WriteString("date", ApiTime.Format(notice.Since.ToUnixTimeMilliseconds()));
        json.WriteBoolean("active", notice.IsActive);
        json.WriteEndObject();
    }
}
