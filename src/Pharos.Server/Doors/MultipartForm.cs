using System.Runtime.InteropServices;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Pharos.Server.Doors;

/// <summary>Reads the values of a form in parts (<c>multipart/form-data</c>), as scripts send them with <c>curl -F</c>. Files in it are passed over.</summary>
/// <remarks>Source: RFC 7578; Go's <c>ParseMultipartForm</c>, by which Prometheus reads its parameters (facts).</remarks>
static class MultipartForm
{
    const int MaxBoundaryChars = 128;
    const int MaxHeaderBytes = 16 << 10;

    public static bool IsNamedBy(string? contentType) => MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="InvalidDataException">It is no such form, or holds more than that many values.</exception>
    public static async Task ReadAsync(string? contentType, ReadOnlyMemory<byte> body, int maxValues, Dictionary<string, List<string>> values)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(contentType).Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundaryChars) throw new InvalidDataException($"the content type names a boundary of {boundary.Length} characters; 1 to {MaxBoundaryChars} are taken");
        var bytes = MemoryMarshal.TryGetArray(body, out var array) ? array : new(body.ToArray());
        var reader = new MultipartReader(boundary, new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)) { HeadersLengthLimit = MaxHeaderBytes };
        try
        {
            for (var count = 1; await reader.ReadNextSectionAsync() is { } section; count++)
            {
                if (count > maxValues) throw new InvalidDataException($"more than {maxValues} values");
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || !disposition.IsFormDisposition()) continue;
                var part = new FormMultipartSection(section, disposition);
                if (!values.TryGetValue(part.Name, out var list)) values.Add(part.Name, list = []);
                list.Add(await part.GetValueAsync());
            }
        }
        catch (IOException error)
        {
            throw new InvalidDataException($"the form ends before its last boundary ({error.Message})", error);
        }
    }
}
