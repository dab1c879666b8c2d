using System.Text;
using Pharos.Query.GoTemplate;
using Pharos.Query.GoTemplate.Html;

namespace Pharos.Server.Notifying.Templates;

/// <summary>The functions that Alertmanager adds to Go's for notifications.</summary>
/// <remarks>Source: Alertmanager's notification template reference. The run's host is a <see cref="NotificationTexts"/>.</remarks>
static class NotificationFunctions
{
    public static TemplateFunctionSet Set { get; } = new(
    [
        .. Humanize.Functions.Where(function => function.Name == "humanizeDuration"),
        .. TextFunctions.All,
        TemplateFunction.OfText("trimSpace", text => text.Trim()),
        TemplateFunction.OfText("title", text => TitleCase.Of(text, lowersRest: true)),
        TemplateFunction.Of("join", (arguments, _) => TemplateValue.From(string.Join(arguments.Text(0), NotificationData.TextsOf(arguments[1]))), TemplateType.String, TemplateType.StringList),
        TemplateFunction.Of("safeHtml", (arguments, _) => SafeText.Html(arguments.Text(0)), TemplateType.String),
        TemplateFunction.Of("safeUrl", (arguments, _) => SafeText.Url(arguments.Text(0)), TemplateType.String),
        TemplateFunction.OfText("urlUnescape", UrlUnescape),
        TemplateFunction.Variadic("stringSlice", (arguments, _) => NotificationData.TextList(arguments.Select(argument => ((StringValue)argument).Value)), TemplateType.String),
        TemplateFunction.Of("date", (arguments, _) => TemplateValue.From(Time(arguments[1]).Format(arguments.Text(0))), TemplateType.String, GoTime.Type),
        TemplateFunction.Of("tz", (arguments, _) => InZone(arguments.Text(0), Time(arguments[1])), TemplateType.String, GoTime.Type),
        TemplateFunction.Of("toDate", (arguments, _) => ToDate(arguments.Text(0), arguments.Text(1), mustParse: false), TemplateType.String, TemplateType.String),
        TemplateFunction.Of("mustToDate", (arguments, _) => ToDate(arguments.Text(0), arguments.Text(1), mustParse: true), TemplateType.String, TemplateType.String),
        TemplateFunction.Of("now", (_, run) => GoTime.Utc(Host(run).Now)),
        TemplateFunction.Of("since", (arguments, run) => GoDuration.Of((Host(run).Now - Time(arguments[0]).Moment).Ticks * 100), GoTime.Type),
        TemplateFunction.Of("toJson", (arguments, run) => TemplateValue.From(GoJson.Write(arguments[0], run)), TemplateType.Any),
        TemplateFunction.OfText("base64encode", text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('+', '-').Replace('/', '_')),
        TemplateFunction.OfText("base64decode", Base64Decode),
        TemplateFunction.Variadic("list", (arguments, _) => new ListValue(arguments, TemplateType.AnyList), TemplateType.Any),
        TemplateFunction.Variadic("append", (arguments, run) => Append(arguments, run), TemplateType.AnyList, TemplateType.Any),
        TemplateFunction.Variadic("dict", (arguments, _) => Dict(arguments), TemplateType.Any),
        TemplateFunction.Of("routeLabels", (arguments, run) => TemplateValue.From(Host(run).RouteLabel(arguments.Text(0))), TemplateType.String),
    ]);

    static NotificationTexts Host(TemplateRun run) => (NotificationTexts)run.Host!;

    static GoTime Time(TemplateValue value) => (GoTime)((StructValue)value).Instance;

    static string UrlUnescape(string text)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2])) continue;
            throw new TemplateFunctionException($"invalid URL escape {Model.Text.GoText.Quote(text[i..Math.Min(text.Length, i + 3)])}");
        }
        return Uri.UnescapeDataString(text.Replace('+', ' '));
    }

    static TemplateValue InZone(string name, GoTime time)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name.Length == 0 ? "UTC" : name, out var zone)) throw new TemplateFunctionException($"unknown time zone {name}");
        var moment = TimeZoneInfo.ConvertTime(time.Moment, zone);
        return new StructValue(new GoTime(moment, ZoneAbbreviations.Of(zone, moment)), GoTime.Type);
    }

    static TemplateValue ToDate(string layout, string text, bool mustParse)
    {
        if (GoTime.TryParse(layout, text, out var moment)) return GoTime.Utc(moment);
        if (mustParse) throw new TemplateFunctionException($"parsing time {Model.Text.GoText.Quote(text)} as {Model.Text.GoText.Quote(layout)}: cannot parse it");
        return GoTime.Utc(DateTimeOffset.MinValue);
    }

    static string Base64Decode(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/')));
        }
        catch (FormatException)
        {
            throw new TemplateFunctionException("illegal base64 data");
        }
    }

    static ListValue Append(TemplateValue[] arguments, TemplateRun run)
    {
        var list = (ListValue)arguments[0];
        run.Step(list.Items.Count); // It is copied, so that building a list one by one is paid for.
        return new([.. list.Items, .. arguments[1..]], TemplateType.AnyList);
    }

    static MapValue Dict(TemplateValue[] arguments)
    {
        if (arguments.Length % 2 != 0) throw new TemplateFunctionException("dict requires an even number of arguments");
        return new(arguments.Chunk(2).Select(pair => (pair[0] is StringValue key ? key.Value : throw new TemplateFunctionException("dict keys must be strings"), pair[1])), TemplateType.AnyMap);
    }
}
