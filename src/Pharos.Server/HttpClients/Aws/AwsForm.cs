using System.Text;

namespace Pharos.Server.HttpClients.Aws;

/// <summary>Bodies of AWS's query protocol.</summary>
static class AwsForm
{
    public const string ContentType = "application/x-www-form-urlencoded";

    public static byte[] Write(IEnumerable<(string Name, string Value)> fields) =>
        Encoding.ASCII.GetBytes(string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}")));
}
