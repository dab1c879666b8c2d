using System.Text.Json;

namespace Pharos.Server.Alerting.Api;

/// <summary>Where the fields of one posted alert stand, each as it was written in JSON; empty: it is absent.</summary>
ref struct PostedAlert
{
    public ReadOnlySpan<byte> Labels;
    public ReadOnlySpan<byte> Annotations;
    public ReadOnlySpan<byte> StartsAt;
    public ReadOnlySpan<byte> EndsAt;
    public ReadOnlySpan<byte> GeneratorUrl;

    /// <summary>Finds them up to the end of the object that the reader has just entered. Fields that nobody knows are passed over.</summary>
    /// <returns>False: the object does not end within the bytes.</returns>
    public static bool TryFind(ref Utf8JsonReader json, ReadOnlySpan<byte> bytes, out PostedAlert found)
    {
        found = default;
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.EndObject) return true;
            var name = json; // A name with escapes can only be compared by the reader.
            if (!json.Read()) return false;
            var start = (int)json.TokenStartIndex;
            if (!json.TrySkip()) return false;
            var value = bytes[start..(int)json.BytesConsumed];
            if (name.ValueTextEquals("labels"u8)) found.Labels = value;
            else if (name.ValueTextEquals("annotations"u8)) found.Annotations = value;
            else if (name.ValueTextEquals("startsAt"u8)) found.StartsAt = value;
            else if (name.ValueTextEquals("endsAt"u8)) found.EndsAt = value;
            else if (name.ValueTextEquals("generatorURL"u8)) found.GeneratorUrl = value;
        }
        return false;
    }
}
