using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace Pharos.Server.Hosting.Web;

/// <summary>The files of the user interface, as the build left them: each plain, or as its <c>.br</c> and <c>.gz</c>.</summary>
/// <remarks>Threads: immutable. Memory: resources stay in the mapped assembly; nothing is copied to the heap but names.</remarks>
sealed class WebFiles
{
    const string ResourcePrefix = "web/";

    readonly FrozenDictionary<string, WebFile> byPath;

    /// <param name="contents">How to open each file, by its path below the site's root (<c>assets/x.js.br</c>).</param>
    public WebFiles(IEnumerable<KeyValuePair<string, Func<Stream>>> contents) =>
        byPath = contents.GroupBy(content => PlainPath(content.Key)).ToFrozenDictionary(file => file.Key, file => Create(file.Key, [.. file]), StringComparer.Ordinal);

    /// <summary>What the build embedded into this assembly; nothing when it was built without pages.</summary>
    public static WebFiles Embedded { get; } = new(
        from name in Assembly.GetExecutingAssembly().GetManifestResourceNames()
        where name.StartsWith(ResourcePrefix, StringComparison.Ordinal)
        select KeyValuePair.Create(name[ResourcePrefix.Length..], () => Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!));

    public WebFile? Find(string path) => byPath.GetValueOrDefault(path);

    static string PlainPath(string path) => EncodingOf(path) == ContentEncoding.Identity ? path : path[..^3];

    static ContentEncoding EncodingOf(string path) => Path.GetExtension(path) switch
    {
        ".br" => ContentEncoding.Brotli,
        ".gz" => ContentEncoding.Gzip,
        _ => ContentEncoding.Identity,
    };

    static WebFile Create(string path, KeyValuePair<string, Func<Stream>>[] forms)
    {
        using var first = forms[0].Value();
        return new()
        {
            ContentType = ContentTypeOf(path),
            // The bundler writes a hash of the content into the names below assets/: such a file never changes.
            IsImmutable = path.StartsWith("assets/", StringComparison.Ordinal),
            Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(first)[..12])}\"",
            Forms = forms.ToFrozenDictionary(form => EncodingOf(form.Key), form => form.Value),
        };
    }

    static string ContentTypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".json" => "application/json",
        ".png" => "image/png",
        ".woff2" => "font/woff2",
        _ => "application/octet-stream",
    };
}
