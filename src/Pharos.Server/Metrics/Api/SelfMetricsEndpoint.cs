using System.Buffers;
using System.Text;
using Pharos.AspNetCore;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Doors;
using Pharos.Server.Metrics.Exposition;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.Api;

/// <summary><c>/api/v1/status/self_metrics</c>: what <c>/metrics</c> tells, as JSON, for who looks at one server without a store.</summary>
static class SelfMetricsEndpoint
{
    const string Pattern = "metric_name_pattern";

    public static void Map(DoorTable doors) => doors.Map(Door.Read("/api/v1/status/self_metrics", "what /metrics tells, as JSON"), AnswerAsync);

    static async Task AnswerAsync(ApiCall call)
    {
        var wanted = Wanted(call[Pattern]);
        var exposition = new ArrayBufferWriter<byte>(1 << 16);
        await call.Context.RequestServices.WriteMetricFamiliesAsync(exposition, call.ClientGone);
        await call.AnswerAsync(json =>
        {
            json.WriteStartArray();
            var families = new DelimitedReader(exposition.WrittenSpan);
            while (families.TryNext(out var family))
            {
                if (wanted is null || wanted.IsMatch(NameOf(family))) ProtoJson.Write(json, family, MetricFamilyShape.Family);
            }
            json.WriteEndArray();
        });
    }

    static Re2? Wanted(string pattern)
    {
        if (pattern.Length == 0) return null;
        try
        {
            return Re2.CompileAnchored(pattern);
        }
        catch (Re2SyntaxException error)
        {
            throw ApiFaultException.Parameter(Pattern, error.Message);
        }
    }

    static string NameOf(ReadOnlySpan<byte> family)
    {
        var reader = new ProtoReader(family);
        while (reader.TryNext(out var field))
        {
            if (field == MetricFamilyShape.Name) return Encoding.UTF8.GetString(reader.ReadBytes());
            reader.Skip();
        }
        return "";
    }
}
