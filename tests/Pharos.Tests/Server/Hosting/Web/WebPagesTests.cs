using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pharos.Server.Hosting.Web;
using Pharos.Tests.Server.Doors;

namespace Pharos.Tests.Server.Hosting.Web;

public sealed class WebPagesTests
{
    const string Script = "console.log('a script that is long enough')";

    [Theory]
    [InlineData("/")]
    [InlineData("/explore?q=up")]
    [InlineData("/status/flags")]
    [InlineData("/graph?g0.expr=up&g0.tab=1")]
    [InlineData("/a/page/added-to-the-list")]
    public async Task Every_page_of_the_list_that_the_build_wrote_is_the_one_document(string address)
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.GetAsync(address);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<base href=\"/\" />", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
        Assert.Contains("script-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_base_is_the_path_that_the_browser_sees()
    {
        await using var site = await Site.StartAsync("/a \"b\"");

        Assert.Contains("<base href=\"/a &quot;b&quot;/\" />", await (await site.GetAsync("/")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("zstd", null)]
    [InlineData("", null)]
    public async Task A_file_comes_in_the_shortest_form_that_the_client_takes(string accepted, string? expected)
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.GetAsync("/assets/app-h4sh.js", ("Accept-Encoding", accepted));

        Assert.Equal(expected, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(Script, Unpack(await answer.Content.ReadAsByteArrayAsync(), expected));
        Assert.Equal("Accept-Encoding", answer.Headers.Vary.Single());
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.GetValues("Cache-Control").Single());
    }

    [Fact]
    public async Task A_file_without_hash_in_its_name_is_asked_for_again_and_answered_304()
    {
        await using var site = await Site.StartAsync();
        using var first = await site.GetAsync("/favicon.svg");

        using var second = await site.GetAsync("/favicon.svg", ("If-None-Match", first.Headers.ETag!.ToString()));

        Assert.Equal("no-cache", first.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Forms_have_different_tags_because_their_bytes_differ()
    {
        await using var site = await Site.StartAsync();

        using var brotli = await site.GetAsync("/assets/app-h4sh.js", ("Accept-Encoding", "br"));
        using var gzip = await site.GetAsync("/assets/app-h4sh.js", ("Accept-Encoding", "gzip"));

        Assert.NotEqual(Tag(brotli), Tag(gzip));
        using var held = await site.GetAsync("/assets/app-h4sh.js", ("Accept-Encoding", "gzip"), ("If-None-Match", Tag(gzip)));
        Assert.Equal(HttpStatusCode.NotModified, held.StatusCode);
        using var other = await site.GetAsync("/assets/app-h4sh.js", ("Accept-Encoding", "gzip"), ("If-None-Match", Tag(brotli)));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode); // The client has other bytes.

        static string Tag(HttpResponseMessage answer) => Assert.IsType<EntityTagHeaderValue>(answer.Headers.ETag).ToString();
    }

    [Theory]
    [InlineData("/nowhere", "text/html", "text/html")]
    [InlineData("/status/flags/further", "text/html", "text/html")]
    [InlineData("/a/page/added", "text/html", "text/html")]
    [InlineData("/nowhere", "application/json", "text/plain")]
    [InlineData("/api/v1/qury", "text/html", "text/plain")]
    [InlineData("/assets/gone.js", "*/*", "text/plain")]
    [InlineData("/assets/../index.html.br", "*/*", "text/plain")]
    [InlineData("/assets/%2e%2e/index.html", "*/*", "text/plain")]
    public async Task What_is_not_there_is_404_in_the_language_of_who_asks(string address, string accept, string contentType)
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.GetAsync(address, ("Accept", accept));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(contentType, answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/", "*/*")]
    [InlineData("/explore?q=up", "text/html")]
    public async Task A_build_without_pages_says_so(string address, string accept)
    {
        await using var site = await Site.StartAsync(files: new WebFiles([]));

        using var answer = await site.GetAsync(address, ("Accept", accept));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("This pharos was built without its pages (PHAROS_WEB=0). The HTTP API works; build again without that setting to have them.\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task HEAD_has_the_headers_and_no_body()
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(HttpMethod.Head, "/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 0);
    }

    static string Unpack(byte[] bytes, string? encoding)
    {
        using Stream content = encoding switch
        {
            "br" => new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress),
            _ => new MemoryStream(bytes),
        };
        using var reader = new StreamReader(content);
        return reader.ReadToEnd();
    }

    /// <summary>A real Kestrel with nothing but the pages.</summary>
    sealed class Site : IAsyncDisposable
    {
        readonly WebApplication web;
        readonly HttpClient client;

        Site(WebApplication web)
        {
            this.web = web;
            client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, AllowAutoRedirect = false }) { BaseAddress = new(web.Urls.Single()) };
        }

        public static async Task<Site> StartAsync(string externalPath = "", WebFiles? files = null)
        {
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.Services.AddRoutingCore();
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var web = builder.Build();
            new WebPages(externalPath, files ?? Some()).Map(SomeDoors.On(web));
            await web.StartAsync();
            return new(web);
        }

        public Task<HttpResponseMessage> GetAsync(string address, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, address, headers);

        public Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, params (string Name, string Value)[] headers)
        {
            var request = new HttpRequestMessage(method, address);
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            return client.SendAsync(request, TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await web.DisposeAsync();
        }

        static WebFiles Some()
        {
            var script = Encoding.UTF8.GetBytes(Script);
            return new(new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                ["index.html"] = "<head><base href=\"/\" /></head>"u8.ToArray(),
                ["pages.json"] = """["/", "/explore", "/status/{part}", "/graph", "/a/{kind}/added-to-the-list"]"""u8.ToArray(),
                ["favicon.svg"] = "<svg/>"u8.ToArray(),
                ["assets/app-h4sh.js.br"] = Pack(script, stream => new BrotliStream(stream, CompressionLevel.Optimal)),
                ["assets/app-h4sh.js.gz"] = Pack(script, stream => new GZipStream(stream, CompressionLevel.Optimal)),
            }.Select(file => KeyValuePair.Create(file.Key, (Func<Stream>)(() => new MemoryStream(file.Value)))));
        }

        static byte[] Pack(byte[] bytes, Func<Stream, Stream> packer)
        {
            var packed = new MemoryStream();
            using (var stream = packer(packed)) stream.Write(bytes);
            return packed.ToArray();
        }
    }
}
