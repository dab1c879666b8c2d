using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Doors;

namespace Pharos.Server.Alerting.Api;

/// <summary>Reads the body of <c>POST /api/v2/alerts</c>, and fills in what clients may leave out.</summary>
/// <remarks>
/// <para>As it arrives, and alert by alert from the bytes: a flood of ten thousand is megabytes of text, of which little is kept. No object model stands in
/// between, and no serializer, whose first use alone takes as long as reading thousands of alerts.</para>
/// <para>Good alerts are taken although others are refused; a body that is no list of objects is refused as a whole. Of a name that is given twice the last
/// counts. Bytes that are no UTF-8 become U+FFFD, as in Alertmanager: an alert must not be lost because its summary came out of a file in another encoding.</para>
/// </remarks>
sealed class PostedAlerts
{
    const string Wanted = "[{\"labels\": {\"alertname\": \"...\"}}]";

    /// <summary>Enough for a hundred alerts at a time; doubled while a single one is larger.</summary>
    const int BufferBytes = 1 << 16;

    static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    readonly long nowMs;
    readonly TimeSpan resolveTimeout;
    readonly PostedText values = new();
    readonly List<KnownAlert> alerts = [];
    readonly List<string> faults = [];
    JsonReaderState state;
    Phase phase;

    PostedAlerts(long nowMs, TimeSpan resolveTimeout)
    {
        this.nowMs = nowMs;
        this.resolveTimeout = resolveTimeout;
    }

    enum Phase
    {
        First,
        BeforeList,
        InList,
        AfterList,
    }

    /// <returns>The good ones, and a fault for each of the others.</returns>
    /// <exception cref="ApiFaultException">The body is refused.</exception>
    public static async Task<(IReadOnlyList<KnownAlert> Alerts, IReadOnlyList<string> Faults)> ReadAsync(PipeReader body, long nowMs, TimeSpan resolveTimeout, CancellationToken cancellation)
    {
        var posted = new PostedAlerts(nowMs, resolveTimeout);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var held = 0;
            while (true)
            {
                var read = await body.ReadAsync(cancellation);
                var left = read.Buffer;
                while (!left.IsEmpty)
                {
                    if (held == buffer.Length) Grow(ref buffer);
                    var part = left.Slice(0, Math.Min(left.Length, buffer.Length - held));
                    part.CopyTo(buffer.AsSpan(held));
                    held += (int)part.Length;
                    left = left.Slice(part.End);
                    if (held == buffer.Length) held = posted.Take(buffer, held, isLast: false); // Only then: a large alert would be read again with each small part.
                }
                body.AdvanceTo(read.Buffer.End);
                if (!read.IsCompleted) continue;
                posted.Take(buffer, held, isLast: true);
                return (posted.alerts, posted.faults);
            }
        }
        catch (JsonException error)
        {
            throw NoList(error.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static void Grow(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    static ApiFaultException NoList(string reason) => ApiFaultException.BadData($"the body is no list in JSON, such as {Wanted}: {reason}");

    /// <summary>Takes the whole alerts at the beginning of the buffer, which is full or holds the last bytes, and moves the rest there.</summary>
    /// <returns>How many bytes are left.</returns>
    int Take(byte[] buffer, int held, bool isLast)
    {
        var bytes = buffer.AsSpan(0, held);
        var used = 0;
        if (phase == Phase.First)
        {
            phase = Phase.BeforeList;
            if (bytes.StartsWith(ByteOrderMark)) used = ByteOrderMark.Length;
        }
        used += Read(bytes[used..], isLast);
        bytes[used..].CopyTo(bytes);
        return held - used;
    }

    /// <returns>How many bytes were used.</returns>
    int Read(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var json = new Utf8JsonReader(bytes, isLast, state);
        while (true)
        {
            var before = json;
            if (json.Read() && TakeToken(ref json, bytes)) continue;
            state = before.CurrentState; // The end of the bytes stands within an alert, which is read again when there are more.
            return (int)before.BytesConsumed;
        }
    }

    /// <returns>False: the alert goes on beyond the bytes.</returns>
    bool TakeToken(ref Utf8JsonReader json, ReadOnlySpan<byte> bytes)
    {
        switch (phase, json.TokenType)
        {
            case (Phase.BeforeList, JsonTokenType.StartArray):
                phase = Phase.InList;
                return true;
            case (Phase.BeforeList, JsonTokenType.Null):
            case (Phase.InList, JsonTokenType.EndArray):
                phase = Phase.AfterList; // What else may follow the reader itself refuses.
                return true;
            case (Phase.InList, JsonTokenType.StartObject):
                if (!PostedAlert.TryFind(ref json, bytes, out var found)) return false;
                Take(found);
                return true;
            case (Phase.InList, _):
                throw ApiFaultException.BadData("an alert is no object; write {\"labels\": {\"alertname\": \"...\"}}");
            default:
                throw NoList($"it is {PostedText.Short(bytes[(int)json.TokenStartIndex..])}");
        }
    }

    void Take(PostedAlert found)
    {
        var labels = values.Labels(found.Labels, "labels");
        var starts = PostedText.Time(found.StartsAt, "startsAt");
        var ends = PostedText.Time(found.EndsAt, "endsAt");
        var startsMs = starts ?? ends ?? nowMs;
        var endsMs = ends ?? nowMs + (long)resolveTimeout.TotalMilliseconds;
        var alert = new Alert(labels, values.Labels(found.Annotations, "annotations"), startsMs, endsMs, values.Text(found.GeneratorUrl, "generatorURL"));
        if (Fault(alert) is { } fault) faults.Add(fault);
        else alerts.Add(new(alert, AlertFingerprint.Of(labels), nowMs, HasTimeout: ends is null));
    }

    static string? Fault(Alert alert)
    {
        if (alert.Labels.Count == 0) return "at least one label pair required";
        if (alert.StartsAtMs > alert.EndsAtMs) return "start time must be before end time";
        if (alert.Labels[0].Name.Length == 0 || (alert.Annotations.Count > 0 && alert.Annotations[0].Name.Length == 0)) return "a label has no name"; // It sorts first.
        return null;
    }
}
