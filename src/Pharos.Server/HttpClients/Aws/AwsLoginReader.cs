using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;


namespace Pharos.Server.HttpClients.Aws;

/// <summary>Reads a <c>sigv4</c> section; keys that it lacks are looked for as AWS's own tools do: in variables, then in the file of profiles.</summary>
/// <remarks>
/// <para>Not done, and told: credentials that a machine, a container or a single sign-on hands out.</para>
/// <para>Source: docs.aws.amazon.com, AWS SDKs and Tools Reference Guide, "Standardized credential providers", "Shared config and credentials files".</para>
/// </remarks>
static class AwsLoginReader
{
    public static AwsLoginConfig Read(YamlSection? section, Func<string, string?> environment)
    {
        string Variable(string name) => environment(name) ?? "";
        var accessKey = section?.ExpandedText("access_key") ?? "";
        var secretKey = section?.Secret("secret_key");
        if (section is not null && (accessKey.Length > 0) != (secretKey is not null)) section.Error("access_key and secret_key belong together; write both or none");
        var profile = section?.Text("profile") is { Length: > 0 } written ? written : null;
        var region = FirstFilled(section?.ExpandedText("region"), Variable("AWS_REGION"), Variable("AWS_DEFAULT_REGION"));
        Secret? token = null;
        if (accessKey.Length == 0 && profile is null && Variable("AWS_ACCESS_KEY_ID").Length > 0)
        {
            (accessKey, secretKey) = (Variable("AWS_ACCESS_KEY_ID"), Secret.Inline(Variable("AWS_SECRET_ACCESS_KEY")));
            token = Variable("AWS_SESSION_TOKEN") is { Length: > 0 } session ? Secret.Inline(session) : null;
        }
        if (section?.Has("external_id") == true && !section.Has("role_arn")) section.Error("external_id", "belongs to a role; write role_arn, or remove it");
        var file = accessKey.Length > 0 ? null : FirstFilled(Variable("AWS_SHARED_CREDENTIALS_FILE"), Path.Combine(Variable("HOME"), ".aws", "credentials"));
        var fips = section?.Bool("use_fips_sts_endpoint") == true ? "-fips" : "";
        return new()
        {
            Region = region,
            AccessKey = accessKey,
            SecretKey = secretKey,
            SessionToken = token,
            ProfilesFile = file,
            Profile = profile ?? FirstFilled(Variable("AWS_PROFILE"), "default"),
            RoleArn = section?.Text("role_arn") is { Length: > 0 } role ? role : null,
            ExternalId = section?.Text("external_id") is { Length: > 0 } id ? id : null,
            StsUrl = FirstFilled(Variable("AWS_ENDPOINT_URL_STS"), region.Length == 0 ? "" : AwsEndpoints.Of($"sts{fips}", region)),
            Problem = ProblemOf(region, accessKey, file),
        };
    }

    static string? ProblemOf(string region, string accessKey, string? file)
    {
        if (region.Length == 0) return "no region is known; write sigv4.region, or set AWS_REGION";
        return accessKey.Length == 0 && !File.Exists(file)
            ? $"no keys are known: neither access_key nor AWS_ACCESS_KEY_ID is set, and there is no {file}; credentials that a machine or container hands out are not fetched"
            : null;
    }

    static string FirstFilled(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrEmpty(text)) return text;
        }
        return "";
    }
}
