using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;

namespace Pharos.Server.Doors;

/// <summary>The sites whose scripts may read answers (<c>--web.cors.origin</c>).</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class OtherOrigins
{
    readonly Re2? origins;
    readonly bool isForAll;

    /// <param name="pattern">Of the origins, anchored; <c>.*</c>: all; empty: none.</param>
    public OtherOrigins(string pattern)
    {
        origins = pattern.Length == 0 ? null : Re2.CompileAnchored(pattern);
        isForAll = pattern == ".*";
    }

    /// <summary>Tells a browser whether the script of another site may read the answer.</summary>
    public void Allow(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || origins is null || (!isForAll && !origins.IsMatch(origin))) return;
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = isForAll ? "*" : origin;
        headers.AccessControlAllowHeaders = "Accept, Authorization, Content-Type, Origin";
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        headers.AccessControlExposeHeaders = "Date";
        headers.Vary = "Origin";
    }
}
