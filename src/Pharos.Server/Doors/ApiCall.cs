using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Server.Doors;

/// <summary>One request to a door: its parameters, from the address and the form body, its body, and its answer.</summary>
/// <remarks>Threads: one request. Errors: <see cref="ApiFaultException"/> from all that reads a parameter.</remarks>
sealed class ApiCall(HttpContext context, Door door, BodyLimit limit, AnswerBody output, DoorLimits limits)
{
    const int MaxSelectors = 10_000;

    /// <summary>Of a form.</summary>
    const int MaxValues = 2 * MaxSelectors;

    readonly Dictionary<string, StringValues> form = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<string>> parts = new(StringComparer.Ordinal);

    public HttpContext Context => context;

    public Door Door => door;

    public AnswerBody Output => output;

    public DoorLimits Limits => limits;

    public CancellationToken ClientGone => context.RequestAborted;

    /// <summary>Holds the body to what the door takes, and reads the form of a POST.</summary>
    public ValueTask BoundBodyAsync(bool isForm)
    {
        if (context.Request.ContentLength > limit.MaxBytes) throw ReceivedBody.TooLarge(limit.MaxBytes);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound) bound.MaxRequestBodySize = limit.MaxBytes + 1L;
        return isForm && HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType ? ReadFormAsync() : ValueTask.CompletedTask;
    }

    /// <summary>The whole body.</summary>
    /// <exception cref="BadHttpRequestException">It is too large (413), did not come in time (408), or as much as may be is in work already (503).</exception>
    public Task<ReceivedBody> ReadBodyAsync() => ReceivedBody.ReadAsync(context, limit, limits);

    /// <summary>Reads the body piece by piece; what reads it gets the token that ends it when it does not come in time.</summary>
    public Task<T> ReadBodyAsync<T>(Func<CancellationToken, Task<T>> read) => limits.ReadBodyAsync(context, read);

    /// <summary>As Go's form readers have it, the values of a form stand before those of the address; those of a form in parts stand behind.</summary>
    async ValueTask ReadFormAsync()
    {
        using var body = await ReadBodyAsync();
        try
        {
            if (MultipartForm.IsNamedBy(context.Request.ContentType))
            {
                await MultipartForm.ReadAsync(context.Request.ContentType, body.Bytes, MaxValues, parts);
                return;
            }
            var reader = new FormPipeReader(PipeReader.Create(new(body.Bytes))) { ValueCountLimit = MaxValues, KeyLengthLimit = 2_048, ValueLengthLimit = limit.MaxBytes };
            foreach (var (name, values) in await reader.ReadFormAsync(context.RequestAborted)) form[name] = values;
        }
        catch (InvalidDataException error)
        {
            throw ApiFaultException.BadData($"error parsing form values: {error.Message}");
        }
    }

    /// <summary>The first value of a parameter; "" when it is absent.</summary>
    public string this[string name]
    {
        get
        {
            if (form.TryGetValue(name, out var values) && values.Count > 0) return values[0] ?? "";
            if (context.Request.Query[name] is [var first, ..]) return first ?? "";
            return parts.TryGetValue(name, out var list) ? list[0] : "";
        }
    }

    public IReadOnlyList<string> All(string name)
    {
        var all = new List<string>();
        if (form.TryGetValue(name, out var values)) all.AddRange(values.OfType<string>());
        all.AddRange(context.Request.Query[name].OfType<string>());
        if (parts.TryGetValue(name, out var list)) all.AddRange(list);
        return all;
    }

    public long Time(string name, long otherwise)
    {
        var text = this[name];
        if (text.Length == 0) return otherwise;
        return ApiTime.TryParse(text, out var timeMs) ? timeMs
            : throw ApiFaultException.Parameter(name, $"invalid time value for '{name}': cannot parse {ApiTime.Quote(text)} to a valid timestamp");
    }

    public long RequiredTime(string name) =>
        ApiTime.TryParse(this[name], out var timeMs) ? timeMs : throw ApiFaultException.Parameter(name, $"cannot parse {ApiTime.Quote(this[name])} to a valid timestamp");

    /// <summary>A duration in ms, or null when it is absent.</summary>
    public long? Duration(string name)
    {
        var text = this[name];
        if (text.Length == 0) return null;
        return ApiTime.TryParseDuration(text, out var ms, out var reason) ? ms : throw ApiFaultException.Parameter(name, reason);
    }

    public bool Bool(string name, bool otherwise) => this[name] switch
    {
        "" => otherwise,
        "1" or "t" or "T" or "true" or "True" or "TRUE" => true,
        "0" or "f" or "F" or "false" or "False" or "FALSE" => false,
        var other => throw ApiFaultException.Parameter(name, $"{ApiTime.Quote(other)} is neither true nor false"),
    };

    /// <summary>Most entries of the answer; 0: all.</summary>
    public int Limit(string name = "limit")
    {
        var text = this[name];
        if (text.Length == 0) return 0;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit)) throw ApiFaultException.Parameter(name, $"{ApiTime.Quote(text)} is not a whole number");
        return limit >= 0 ? limit : throw ApiFaultException.Parameter(name, "limit must be non-negative");
    }

    /// <summary>The selectors of <c>match[]</c>, each a list of matchers; they are joined by "or".</summary>
    public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors(string name = "match[]")
    {
        var texts = All(name);
        if (texts.Count > MaxSelectors) throw ApiFaultException.Parameter(name, $"{texts.Count} selectors; at most {MaxSelectors} are taken");
        var selectors = new List<IReadOnlyList<LabelMatcher>>(texts.Count);
        foreach (var text in texts) selectors.Add(Selector(name, text));
        return selectors;
    }

    public static IReadOnlyList<LabelMatcher> Selector(string name, string text)
    {
        try
        {
            return PromQlEngine.ParseSelector(text).Matchers;
        }
        catch (Exception error) when (error is PromQlSyntaxException or Re2SyntaxException)
        {
            throw ApiFaultException.Parameter(name, error.Message);
        }
    }

    /// <summary>Says, in the form of the door, why it is not answered. Nothing of an answer may be out yet.</summary>
    public Task RefuseAsync(FaultKind kind, string message) => RefuseAsync(new Fault(kind, message));

    public async Task RefuseAsync(Fault fault)
    {
        output.Raw(fault.Prepare(context, door.Faults));
        await output.CompleteAsync();
    }

    /// <summary>Answers with a text.</summary>
    public async Task AnswerTextAsync(string text, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        output.Raw(Encoding.UTF8.GetBytes(text));
        await output.CompleteAsync();
    }

    /// <summary>Answers with one JSON value that has nothing around it.</summary>
    public async Task AnswerBareAsync(Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using (var json = output.Structured()) write(json);
        await output.CompleteAsync();
    }

    /// <summary>Answers with data that the function writes as one JSON value.</summary>
    public async Task AnswerAsync(Action<Utf8JsonWriter> writeData, IReadOnlyList<string>? warnings = null)
    {
        output.Raw("{\"status\":\"success\",\"data\":"u8);
        await using (var json = output.Structured()) writeData(json);
        await EndAsync(warnings, infos: null);
    }

    /// <summary>Answers without data.</summary>
    public async Task AnswerAsync()
    {
        output.Raw("{\"status\":\"success\""u8);
        await EndAsync(warnings: null, infos: null);
    }

    /// <summary>Answers with a list, piece by piece: a slow client is waited for, with a bounded part of the text in memory.</summary>
    public async Task AnswerListAsync<T>(IReadOnlyList<T> items, Action<AnswerBody, T> write, IReadOnlyList<string>? warnings = null)
    {
        output.Raw("{\"status\":\"success\",\"data\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) output.Raw(","u8);
            write(output, items[i]);
            if (output.WantsFlush) await output.FlushAsync();
        }
        output.Raw("]"u8);
        await EndAsync(warnings, infos: null);
    }

    /// <summary>Ends an answer whose data is written.</summary>
    public async Task EndAsync(IReadOnlyList<string>? warnings, IReadOnlyList<string>? infos)
    {
        WriteTexts(",\"warnings\":["u8, warnings);
        WriteTexts(",\"infos\":["u8, infos);
        output.Raw("}"u8);
        await output.CompleteAsync();
    }

    void WriteTexts(ReadOnlySpan<byte> start, IReadOnlyList<string>? texts)
    {
        if (texts is null or []) return;
        output.Raw(start);
        for (var i = 0; i < texts.Count; i++)
        {
            if (i > 0) output.Raw(","u8);
            output.String(texts[i]);
        }
        output.Raw("]"u8);
    }
}
