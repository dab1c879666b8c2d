using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenTelemetry;
using Pharos.AspNetCore.Redaction;

namespace Pharos.AspNetCore.Tracing;

/// <summary>Masks secrets in all that a span says, its tags, events and status, before any exporter sees it.</summary>
sealed class SecretsProcessor(Redactor redactor) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (ref readonly var tag in data.EnumerateTagObjects()) Mask(in tag);
        foreach (ref readonly var happened in data.EnumerateEvents())
        {
            foreach (ref readonly var tag in happened.EnumerateTagObjects()) Mask(in tag);
        }
        if (data.StatusDescription is { } reason && redactor.Scrub(reason) is var scrubbed && !ReferenceEquals(scrubbed, reason)) data.SetStatus(data.Status, scrubbed);
    }

    /// <remarks>
    /// Written where it stands, in the list of the span that has just ended: an event's tags, where exceptions put their messages, cannot be set by any call, and
    /// to set a tag by its name would search the list anew for each of them. The reference is that of an ordinary field.
    /// </remarks>
    void Mask(ref readonly KeyValuePair<string, object?> tag)
    {
        var masked = tag.Value switch
        {
            null => null,
            _ when redactor.IsSensitive(tag.Key) => Redactor.Mask,
            string text => redactor.Scrub(text),
            _ => tag.Value,
        };
        if (!ReferenceEquals(masked, tag.Value)) Unsafe.AsRef(in tag) = new(tag.Key, masked);
    }
}
