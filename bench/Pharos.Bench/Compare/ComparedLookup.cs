namespace Pharos.Bench.Compare;

/// <summary>A question about labels rather than samples.</summary>
/// <param name="Path">Of the Prometheus API; the answer's data is a list.</param>
sealed record ComparedLookup(string Name, string Path)
{
    /// <summary>As pages ask to complete a query and to fill variables of dashboards.</summary>
    public static readonly ComparedLookup[] All =
    [
        new("label_values_instance", "/api/v1/label/instance/values"),
        new("label_values_name", "/api/v1/label/__name__/values"),
        new("label_values_matching", "/api/v1/label/instance/values?match[]=app_level_0"),
        new("label_names", "/api/v1/labels"),
        new("series_of_name", "/api/v1/series?match[]=app_level_0"),
        new("series_of_job", "/api/v1/series?match[]=%7Bjob%3D%22api%22%7D"),
    ];
}
