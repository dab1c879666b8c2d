using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Pharos.Server.Config;
using Pharos.Server.HttpClients.Aws;

namespace Pharos.Server.Notifying.Sns;

/// <summary>Gets the keys that sign: those of the configuration or of a profile, or those of a role that is taken on with them.</summary>
/// <remarks>
/// <para>Keys of a role are kept until five minutes before they expire.</para>
/// <para>Threads: safe; several may take the role on at once, which the service allows.</para>
/// <para>Source: docs.aws.amazon.com, AWS STS API Reference, AssumeRole; SDKs and Tools Reference Guide, "Shared config and credentials files".</para>
/// </remarks>
sealed class SnsLogin(AwsLoginConfig config, ServiceClient client)
{
    static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    volatile RoleKeys? kept;

    sealed record RoleKeys(AwsCredentials Credentials, DateTimeOffset Until);

    /// <summary>The keys, or what the service answered when it refused the role.</summary>
    /// <exception cref="SecretUnavailableException">The profile is not there, or lacks its keys.</exception>
    public async ValueTask<(AwsCredentials? Credentials, ServiceAnswer? Refusal)> CredentialsAsync(CancellationToken cancellation)
    {
        var own = config.ProfilesFile is { } file
            ? ReadProfile(file, config.Profile)
            : new(config.AccessKey, config.SecretKey!.Read(), config.SessionToken?.Read());
        if (config.RoleArn is not { } role) return (own, null);
        var now = client.Time.GetUtcNow();
        if (kept is { } known && known.Until > now) return (known.Credentials, null);
        List<(string, string)> fields = [("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", role), ("RoleSessionName", "pharos")];
        if (config.ExternalId is { } id) fields.Add(("ExternalId", id));
        var form = AwsForm.Write(fields);
        var headers = SigV4.Sign(HttpMethod.Post, new(config.StsUrl), AwsForm.ContentType, form, "sts", config.Region, own, now);
        var answer = await client.SendAsync(HttpMethod.Post, config.StsUrl, SnsNotifier.Content(form), cancellation, headers);
        if (!answer.IsSuccess || Read(answer.Body) is not { } taken) return (null, Refusal(answer, own));
        kept = taken;
        return (taken.Credentials, null);
    }

    /// <summary>The answer without the keys. A success that holds no keys is none of the service's: somebody between answered.</summary>
    static ServiceAnswer Refusal(ServiceAnswer answer, AwsCredentials own) =>
        answer with { Status = answer.IsSuccess ? 502 : answer.Status, Body = answer.IsSuccess ? "no keys of the role" : answer.Body.Replace(own.SecretKey, "<secret>", StringComparison.Ordinal) };

    static RoleKeys? Read(string answer)
    {
        try
        {
            var parts = XDocument.Parse(answer).Descendants().Where(element => !element.HasElements).DistinctBy(element => element.Name.LocalName).ToDictionary(element => element.Name.LocalName, element => element.Value);
            return parts.TryGetValue("AccessKeyId", out var access) && parts.TryGetValue("SecretAccessKey", out var secret) && parts.TryGetValue("SessionToken", out var token)
                && DateTimeOffset.TryParse(parts.GetValueOrDefault("Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires)
                    ? new(new(access, secret, token), expires - RenewBefore)
                    : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>Reads the file anew each time, so that rotated keys are used at once.</summary>
    static AwsCredentials ReadProfile(string file, string profile)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var isIn = false;
        foreach (var line in Secret.FromFile(file).Read().Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('[')) isIn = line.Trim('[', ']').Trim() == profile;
            else if (isIn && !line.StartsWith('#') && line.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]) values[name] = value;
        }
        return values.TryGetValue("aws_access_key_id", out var access) && values.TryGetValue("aws_secret_access_key", out var secret)
            ? new(access, secret, values.GetValueOrDefault("aws_session_token"))
            : throw new SecretUnavailableException($"{file} has no aws_access_key_id and aws_secret_access_key for the profile {profile}");
    }
}
