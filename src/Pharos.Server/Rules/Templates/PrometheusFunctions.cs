using System.Globalization;
using System.Net;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Time;
using Pharos.Query.GoTemplate;

namespace Pharos.Server.Rules.Templates;

/// <summary>The functions that Prometheus adds to Go's for labels and annotations of rules.</summary>
/// <remarks>Those that look outside find a <see cref="RuleTemplateHost"/> as the run's host. Source: Prometheus' template reference.</remarks>
static class PrometheusFunctions
{
    public static TemplateFunctionSet Set { get; } = new(
    [
        .. Humanize.Functions,
        .. TextFunctions.All,
        TemplateFunction.Of("query", Query, TemplateType.String),
        TemplateFunction.Of("first", (arguments, _) => First(arguments[0]), TemplateSample.ListType),
        TemplateFunction.Of("label", (arguments, _) => TemplateValue.From(Sample(arguments[1]).Labels[arguments.Text(0)]), TemplateType.String, TemplateSample.Type),
        TemplateFunction.Of("value", (arguments, _) => Sample(arguments[0]).Value, TemplateSample.Type),
        TemplateFunction.Of("strvalue", (arguments, _) => TemplateValue.From(Sample(arguments[0]).Labels["__value__"]), TemplateSample.Type),
        TemplateFunction.Of("sortByLabel", (arguments, _) => SortByLabel(arguments.Text(0), (ListValue)arguments[1]), TemplateType.String, TemplateSample.ListType),
        TemplateFunction.Variadic("args", (arguments, _) => Arguments(arguments), TemplateType.Any),
        TemplateFunction.OfText("title", text => TitleCase.Of(text, lowersRest: false)),
        TemplateFunction.OfText("safeHtml", text => text), // These templates make text: there is nothing to be kept from escaping.
        TemplateFunction.OfText("graphLink", expression => $"/graph?g0.expr={GoText.QueryEscape(expression)}&g0.tab=0"),
        TemplateFunction.OfText("tableLink", expression => $"/graph?g0.expr={GoText.QueryEscape(expression)}&g0.tab=1"),
        TemplateFunction.OfText("urlQueryEscape", GoText.QueryEscape),
        TemplateFunction.OfText("stripPort", StripPort),
        TemplateFunction.OfText("stripDomain", StripDomain),
        TemplateFunction.Of("parseDuration", (arguments, _) => ParseDuration(arguments.Text(0)), TemplateType.String),
        TemplateFunction.Of("now", (_, run) => TemplateValue.From(Host(run).EvaluationMs / 1000.0)),
        TemplateFunction.Of("externalURL", (_, run) => TemplateValue.From(Host(run).ExternalUrl)),
        TemplateFunction.Of("pathPrefix", (_, run) => TemplateValue.From(PathOf(Host(run).ExternalUrl))),
    ]);

    static RuleTemplateHost Host(TemplateRun run) => (RuleTemplateHost)run.Host!;

    static TemplateSample Sample(TemplateValue value) => (TemplateSample)((StructValue)value).Instance;

    static string PathOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.AbsolutePath.TrimEnd('/') : "";

    static ListValue Query(TemplateValue[] arguments, TemplateRun run)
    {
        var host = Host(run);
        var samples = host.Query(arguments.Text(0), host.EvaluationMs, run.Cancellation);
        run.Step(samples.Count);
        return new([.. samples.Select(sample => new StructValue(sample, TemplateSample.Type))], TemplateSample.ListType);
    }

    static TemplateValue First(TemplateValue list) => list is ListValue { Items: [var first, ..] }
        ? first
        : throw new TemplateFunctionException("first() called on vector with no elements");

    static ListValue SortByLabel(string name, ListValue list) =>
        new([.. list.Items.OrderBy(item => Sample(item).Labels[name], StringComparer.Ordinal)], TemplateSample.ListType);

    static MapValue Arguments(TemplateValue[] arguments) =>
        new(arguments.Select((argument, index) => (string.Create(CultureInfo.InvariantCulture, $"arg{index}"), argument)), TemplateType.AnyMap);

    static TemplateValue ParseDuration(string text)
    {
        var negative = text.StartsWith('-');
        if (!PromDuration.TryParseMs(negative ? text.AsSpan(1) : text, out var ms))
        {
            throw new TemplateFunctionException(text.Length == 0 ? "empty duration string" : $"not a valid duration string: {GoText.Quote(text)}");
        }
        return TemplateValue.From((negative ? -ms : ms) / 1000.0);
    }

    static string StripPort(string address) => TrySplitHostPort(address, out var host, out _) ? host : address;

    /// <summary>The first label of a host name; addresses stay whole, and a port stays.</summary>
    static string StripDomain(string address)
    {
        if (!TrySplitHostPort(address, out var host, out var port)) host = address;
        if (IsAddress(host)) return address;
        host = host.Split('.')[0];
        if (port.Length == 0) return host;
        return host.AsSpan().IndexOfAny(":%") >= 0 ? $"[{host}]:{port}" : $"{host}:{port}";
    }

    /// <summary>As Go's <c>net.ParseIP</c>: no shortened IPv4, no zone.</summary>
    static bool IsAddress(string host) => IPAddress.TryParse(host, out _) && !host.Contains('%')
        && (host.Contains(':') || (host.Split('.') is { Length: 4 } parts && parts.All(part => part == "0" || (!part.StartsWith('0') && part.All(char.IsAsciiDigit)))));

    /// <summary>As Go's <c>net.SplitHostPort</c>: host:port, [host]:port; exactly one port, brackets only around the host.</summary>
    static bool TrySplitHostPort(string address, out string host, out string port)
    {
        (host, port) = ("", "");
        var colon = address.LastIndexOf(':');
        if (colon < 0) return false;
        var bracketed = address[0] == '[';
        if (bracketed)
        {
            if (address.IndexOf(']') != colon - 1) return false;
            host = address[1..(colon - 1)];
        }
        else
        {
            host = address[..colon];
            if (host.Contains(':')) return false;
        }
        if (host.AsSpan().IndexOfAny("[]") >= 0) return false;
        port = address[(colon + 1)..];
        return port.AsSpan().IndexOfAny("[]") < 0;
    }
}
