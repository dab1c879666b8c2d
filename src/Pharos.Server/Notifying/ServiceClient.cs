using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pharos.Query.GoTemplate;
using Pharos.Server.Config;
using Pharos.Server.HttpClients;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying;

/// <summary>What a service answered.</summary>
/// <param name="Body">The beginning of it, as text; services may answer anything.</param>
sealed record ServiceAnswer(int Status, string Body, TimeSpan? RetryAfter)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>The way of one notifier to its service: requests, their answers, and what these mean for another attempt.</summary>
/// <remarks>
/// <para>Secrets: whatever is told of an answer or failure has the given secrets cut out, because services echo addresses and tokens.</para>
/// <para>Limits: <see cref="MaxAnswerBytes"/> of an answer are read.</para>
/// <para>Threads: safe for all.</para>
/// </remarks>
sealed class ServiceClient(string service, HttpClientConfig http, NotifierServices services, TimeSpan? timeout = null) : IDisposable
{
    const int MaxAnswerBytes = 64 << 10;
    const int MaxToldChars = 300;
    const int MinPathChars = 8; // Shorter paths are words such as /alerts, and no secrets.

    static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly HttpClient client = OutboundHttp.Create(http, services.Time);

    public TimeProvider Time => services.Time;

    /// <summary>Makes one attempt; what goes wrong on the way becomes a result.</summary>
    /// <exception cref="SecretUnavailableException">A secret of the attempt cannot be had.</exception>
    public async ValueTask<NotifyResult> TryAsync(Notification notification, Func<NotificationTexts, CancellationToken, ValueTask<NotifyResult>> attempt, CancellationToken cancellation)
    {
        var texts = services.Templates.For(notification);
        try
        {
            return await texts.AttemptAsync(() => attempt(texts, cancellation));
        }
        catch (TemplateException error)
        {
            return NotifyResult.Failed($"template: {error.Message}", fault: NotifyFault.Template);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            return NotifyResult.Retry($"{service}: {error.Message}"); // Such messages name hosts and ports, never whole addresses.
        }
        catch (TimeoutException error)
        {
            return NotifyResult.Retry(error.Message);
        }
    }

    public ValueTask<ServiceAnswer> PostJsonAsync(string url, Action<Utf8JsonWriter> write, CancellationToken cancellation, params (string Name, string Value)[] headers) =>
        SendJsonAsync(HttpMethod.Post, url, Json(write), cancellation, headers);

    public ValueTask<ServiceAnswer> SendJsonAsync(HttpMethod method, string url, ReadOnlyMemory<byte> json, CancellationToken cancellation, params (string Name, string Value)[] headers)
    {
        var content = new ReadOnlyMemoryContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync(method, url, content, cancellation, headers);
    }

    public ValueTask<ServiceAnswer> GetAsync(string url, CancellationToken cancellation, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, url, null, cancellation, headers);

    public async ValueTask<ServiceAnswer> SendAsync(HttpMethod method, string url, HttpContent? content, CancellationToken cancellation, params (string Name, string Value)[] headers)
    {
        if (!ReceiverReading.IsHttp(url)) throw new HttpRequestException("its address is no http address");
        using var request = new HttpRequestMessage(method, url) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var deadline = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, services.Time); // Of the request: what its texts took is not the service's fault.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new((int)response.StatusCode, await ReadAsync(response, either.Token), RetryAfter(response));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{service}: no answer within {timeout!.Value.TotalSeconds:0.###} s");
        }
    }

    public static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonOptions))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    /// <summary>What an answer means by its code: 2xx sent; 408, 429 and 5xx again later; everything else never.</summary>
    /// <param name="retries">Further codes with which the service asks to come again.</param>
    public NotifyResult Judge(ServiceAnswer answer, string? state = null, int[]? retries = null, params string?[] secrets)
    {
        if (answer.IsSuccess) return NotifyResult.Sent(answer.Status, state);
        var reason = Told(string.Create(CultureInfo.InvariantCulture, $"{service} answered {answer.Status}"), answer.Body, [.. secrets, .. OwnSecrets()]);
        return answer.Status is 408 or 429 or >= 500 || retries?.Contains(answer.Status) == true
            ? NotifyResult.Retry(reason, answer.RetryAfter, answer.Status)
            : NotifyResult.Failed(reason, answer.Status);
    }

    /// <summary>A sentence about an answer: its beginning, in one line, without secrets.</summary>
    public static string Told(string what, string body, params string?[] secrets)
    {
        foreach (var form in secrets.SelectMany(FormsOf).OrderByDescending(form => form.Length)) body = body.Replace(form, "<secret>", StringComparison.Ordinal);
        body = string.Concat(body.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return body.Length == 0 ? what : $"{what}: {Shortened.ToRunes(body, MaxToldChars)}";
    }

    /// <summary>A secret as a service may say it back: as it is, as it stands in an address or a form; of an address that is secret its path, too.</summary>
    static IEnumerable<string> FormsOf(string? secret)
    {
        if (string.IsNullOrEmpty(secret)) return [];
        var path = ReceiverReading.IsHttp(secret) ? new Uri(secret).PathAndQuery : "";
        return ((string[])[secret, Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret), path]).Where(form => form == secret || form.Length >= MinPathChars).Distinct();
    }

    /// <summary>A key of fixed length by which a service knows the group again.</summary>
    public static string KeyOf(string groupKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(groupKey)));

    public void Dispose() => client.Dispose();

    /// <summary>The credentials that go along with each request. Those of files that are gone by now were not sent either.</summary>
    IEnumerable<string?> OwnSecrets()
    {
        var basic = http.BasicAuth;
        if (basic?.Password is not null && CanBeHad(basic.Username) && CanBeHad(basic.Password))
        {
            yield return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.Username?.Read()}:{basic.Password.Read()}"));
        }
        Secret?[] sent = [http.Authorization?.Credentials, basic?.Password, .. http.Headers.SelectMany(header => header.Secrets.Concat(header.Files))];
        foreach (var secret in sent)
        {
            if (CanBeHad(secret)) yield return secret?.Read();
        }
    }

    static bool CanBeHad(Secret? secret) => ReceiverReading.Unable(secret) is null && (secret?.Path is null || File.Exists(secret.Path));

    TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - services.Time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero,
        _ => null,
    };

    static async ValueTask<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxAnswerBytes);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            var length = await body.ReadAtLeastAsync(buffer.AsMemory(0, MaxAnswerBytes), MaxAnswerBytes, throwOnEndOfStream: false, cancellation);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
