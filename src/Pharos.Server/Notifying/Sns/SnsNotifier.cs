using System.Xml;
using System.Xml.Linq;
using Pharos.Server.HttpClients.Aws;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Sns;

/// <summary>Publishes a message to a topic, a device or a phone by Amazon SNS, signed by hand.</summary>
/// <remarks>
/// <para>Limits: message 256 KiB, by SMS 1600 characters, told by the attribute <c>truncated</c>; subject below 100 characters, one line.</para>
/// <para>Source: docs.aws.amazon.com, SNS API Reference, Publish (query protocol, version 2010-03-31) and Common Errors.</para>
/// </remarks>
sealed class SnsNotifier : INotifier, IDisposable
{
    const int MaxMessageBytes = 256 * 1024;
    const int MaxSmsChars = 1600;
    const int MaxSubject = 99;

    readonly SnsConfig config;
    readonly ServiceClient client;
    readonly SnsLogin login;

    public SnsNotifier(SnsConfig config, NotifierServices services)
    {
        this.config = config;
        client = new("sns", config.Http, services);
        login = new(config.Login, client);
    }

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var (credentials, refusal) = await login.CredentialsAsync(inTime);
            if (credentials is null) return Judge(refusal!);
            var url = texts.Needed(config.ApiUrl) is { Length: > 0 } written ? written : AwsEndpoints.Of("sns", config.Login.Region);
            if (!ReceiverReading.IsHttp(url)) return NotifyResult.Failed("sns: api_url is no http address", fault: NotifyFault.Template);
            var form = AwsForm.Write(Fields(notification, texts));
            var headers = SigV4.Sign(HttpMethod.Post, new(url), AwsForm.ContentType, form, "sns", config.Login.Region, credentials, client.Time.GetUtcNow());
            return Judge(await client.SendAsync(HttpMethod.Post, url, Content(form), inTime, headers), credentials);
        },
        cancellation);

    public void Dispose() => client.Dispose();

    internal static ByteArrayContent Content(byte[] form)
    {
        var content = new ByteArrayContent(form);
        content.Headers.TryAddWithoutValidation("Content-Type", AwsForm.ContentType); // To the letter: it is signed.
        return content;
    }

    IEnumerable<(string Name, string Value)> Fields(Notification notification, NotificationTexts texts)
    {
        const string otherwise = "sns.default.message";
        var whole = texts.Body(config.Message, otherwise);
        var message = config.PhoneNumber.Length > 0
            ? texts.Body(config.Message, otherwise, Shortened.ToRunes, MaxSmsChars)
            : texts.Body(config.Message, otherwise, Shortened.ToBytes, MaxMessageBytes);
        yield return ("Action", "Publish");
        yield return ("Version", "2010-03-31");
        yield return ("Message", message);
        var attributes = config.Attributes
            .Where(attribute => texts.Renders("attributes", attribute.Key, attribute.Value))
            .Select(attribute => (Name: texts.Field(attribute.Key), Value: texts.Field(attribute.Value)))
            .Where(attribute => attribute.Value.Length > 0);
        if (message.Length < whole.Length) attributes = attributes.Append(("truncated", "true"));
        foreach (var (attribute, index) in attributes.Select((attribute, index) => (attribute, index + 1)))
        {
            yield return ($"MessageAttributes.entry.{index}.Name", attribute.Name);
            yield return ($"MessageAttributes.entry.{index}.Value.DataType", "String");
            yield return ($"MessageAttributes.entry.{index}.Value.StringValue", attribute.Value);
        }
        if (SubjectOf(texts.Field(config.Subject, "sns.default.subject")) is { Length: > 0 } subject) yield return ("Subject", subject);
        if (config.TargetArn.Length > 0) yield return ("TargetArn", texts.Needed(config.TargetArn));
        if (config.PhoneNumber.Length > 0) yield return ("PhoneNumber", texts.Needed(config.PhoneNumber));
        if (config.TopicArn.Length == 0) yield break;
        var topic = texts.Needed(config.TopicArn);
        yield return ("TopicArn", topic);
        if (!topic.EndsWith(".fifo", StringComparison.Ordinal)) yield break;
        yield return ("MessageGroupId", ServiceClient.KeyOf(notification.GroupKey));
        // The message belongs to it, else the topic would swallow for five minutes what follows in the group, resolved alerts above all.
        yield return ("MessageDeduplicationId", ServiceClient.KeyOf($"{notification.GroupKey}\n{message}"));
    }

    static string SubjectOf(string text) => Shortened.ToRunes(string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim(), MaxSubject);

    /// <summary>Some limits answer 400, so that the code in the answer decides.</summary>
    NotifyResult Judge(ServiceAnswer answer, AwsCredentials? credentials = null)
    {
        var code = Part(answer.Body, "Code");
        var isRate = !answer.IsSuccess && (code.StartsWith("Throttl", StringComparison.Ordinal) || code is "RequestLimitExceeded" or "KMSThrottling");
        string?[] secrets = [credentials?.SecretKey, credentials?.SessionToken];
        return isRate ? NotifyResult.Retry(ServiceClient.Told($"sns limits the rate ({code})", Part(answer.Body, "Message"), secrets), answer.RetryAfter, 429) : client.Judge(answer, secrets: secrets);
    }

    static string Part(string answer, string name)
    {
        try
        {
            return XDocument.Parse(answer).Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";
        }
        catch (XmlException)
        {
            return "";
        }
    }
}
