using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Net.Http.Headers;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Rooms;

namespace Pharos.Server.Hosting.Web;

/// <summary>Serves the user interface: its files, and the one HTML document for every address that is a page.</summary>
/// <remarks>
/// <para>Shape: the document names all files relative to its base, which is filled in here, so the server may live under any path. Which page it is, the browser decides.</para>
/// <para>Errors: addresses that are no page get 404, as a page for browsers and as one line for programs.</para>
/// <para>Security: scripts only from here and only from files; styles may be inline because the component library sets them so. No other site may frame the pages.</para>
/// </remarks>
sealed class WebPages(string externalPath, WebFiles files) : IRoom
{
    const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    readonly byte[]? document = files.Find("index.html") is { } index ? Based(index, externalPath) : null;

    readonly string[] addresses = AddressesIn(files);

    public void Map(DoorTable doors)
    {
        doors.Map(Door.Page("/assets/{**path}", "files of the pages"), SendFileAsync);
        doors.Map(Door.Page("/favicon.svg", "the sign of the pages"), SendFileAsync);
        doors.Map(Door.Page("/scheme.js", "light or dark, before the pages are there"), SendFileAsync);
        foreach (var address in addresses) doors.Map(Door.Page(address, "a page"), call => SendDocumentAsync(call.Context, StatusCodes.Status200OK));
        doors.MapNothing(SendMissingAsync);
    }

    public ValueTask PrepareAsync(Configuration next, Preparation preparation) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    Task SendMissingAsync(ApiCall call)
    {
        var context = call.Context;
        if (MethodsOf(context) is { Length: > 0 } allowed)
        {
            context.Response.Headers.Allow = allowed;
            return SendTextAsync(context, "Method Not Allowed\n", StatusCodes.Status405MethodNotAllowed);
        }
        // A program that mistyped an API address must see an error, not HTML with status 200.
        var wantsPage = HttpMethods.IsGet(context.Request.Method) && ArrivalPort.Of(context) is null
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && !context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
        return wantsPage ? SendDocumentAsync(context, StatusCodes.Status404NotFound) : SendTextAsync(context, "404 page not found\n");
    }

    /// <summary>The methods that some door of this address takes; none when it has no door. (Routing itself tells 405 only where nothing catches the rest.)</summary>
    static string MethodsOf(HttpContext context)
    {
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not { } taken || !DoorTable.Of(endpoint).IsOn(ArrivalPort.Of(context)?.Port)) continue;
            if (new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(context.Request.Path, [])) methods.UnionWith(taken.HttpMethods);
        }
        return string.Join(", ", methods);
    }

    Task SendDocumentAsync(HttpContext context, int status)
    {
        if (document is null) return SendTextAsync(context, "This pharos was built without its pages (PHAROS_WEB=0). The HTTP API works; build again without that setting to have them.\n");
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = "same-origin";
        // The document names the hashed files of this build; an old one would name files that are gone after an upgrade.
        headers.CacheControl = "no-cache";
        context.Response.StatusCode = status;
        return SendAsync(context, "text/html; charset=utf-8", new MemoryStream(document, writable: false));
    }

    Task SendFileAsync(ApiCall call)
    {
        var context = call.Context;
        var path = (context.GetRouteValue("path") is string asset ? "assets/" + asset : context.Request.Path.Value!.Split('/')[^1]);
        if (files.Find(path) is not { } file) return SendTextAsync(context, "404 page not found\n");
        var headers = context.Response.Headers;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.CacheControl = file.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        var encoding = Choose(context.Request, file);
        // One tag a form: a strong tag promises equal bytes.
        headers.ETag = encoding == ContentEncoding.Identity ? file.Tag : $"{file.Tag[..^1]}-{NameOf(encoding)}\"";
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(headers.ETag.ToString(), StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        if (encoding != ContentEncoding.Identity) headers.ContentEncoding = NameOf(encoding);
        return SendAsync(context, file.ContentType, Open(file, encoding));
    }

    /// <summary>The shortest form that the client takes. A client that takes no compression at all is rare, and gets the gzip form unpacked.</summary>
    static ContentEncoding Choose(HttpRequest request, WebFile file)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        foreach (var encoding in (ReadOnlySpan<ContentEncoding>)[ContentEncoding.Brotli, ContentEncoding.Gzip])
        {
            if (file.Forms.ContainsKey(encoding) && accepted.Any(one => one.Value.Equals(NameOf(encoding), StringComparison.OrdinalIgnoreCase) && one.Quality is not 0)) return encoding;
        }
        return ContentEncoding.Identity;
    }

    static Stream Open(WebFile file, ContentEncoding encoding) =>
        file.Forms.TryGetValue(encoding, out var open) ? open() : new GZipStream(file.Forms[ContentEncoding.Gzip](), CompressionMode.Decompress);

    static string NameOf(ContentEncoding encoding) => encoding == ContentEncoding.Brotli ? "br" : "gzip";

    /// <summary>The patterns of all addresses that are pages.</summary>
    /// <remarks>The build wrote them from the list of the router in the browser, so neither knows a page that the other does not.</remarks>
    static string[] AddressesIn(WebFiles files)
    {
        if (files.Find("index.html") is null) return ["/"]; // Which says that there are no pages.
        var list = files.Find("pages.json");
        Invariant.Holds(list is not null, $"the pages were built without pages.json, which names their addresses");
        using var json = Open(list, ContentEncoding.Identity);
        return JsonSerializer.Deserialize<string[]>(json)!;
    }

    /// <summary>The document with its base set to where the browser sees the server.</summary>
    static byte[] Based(WebFile index, string externalPath)
    {
        using var reader = new StreamReader(Open(index, ContentEncoding.Identity), Encoding.UTF8);
        var html = reader.ReadToEnd();
        const string Placeholder = "<base href=\"/\" />";
        Invariant.Holds(html.Contains(Placeholder, StringComparison.Ordinal), $"index.html has no {Placeholder} to fill in");
        return Encoding.UTF8.GetBytes(html.Replace(Placeholder, $"<base href=\"{HtmlEncoder.Default.Encode(externalPath)}/\" />", StringComparison.Ordinal));
    }

    static Task SendTextAsync(HttpContext context, string text, int status = StatusCodes.Status404NotFound)
    {
        context.Response.StatusCode = status;
        return SendAsync(context, "text/plain; charset=utf-8", new MemoryStream(Encoding.UTF8.GetBytes(text)));
    }

    static async Task SendAsync(HttpContext context, string contentType, Stream content)
    {
        await using var _ = content;
        context.Response.ContentType = contentType;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (content.CanSeek) context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
