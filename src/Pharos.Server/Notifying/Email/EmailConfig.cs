using Pharos.Server.Config;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Email;

/// <summary>An item of <c>email_configs</c>.</summary>
sealed record EmailConfig : IntegrationConfig
{
    /// <summary>Comma separated addresses; a template.</summary>
    public string To { get; init; } = "";

    /// <summary>A template.</summary>
    public string From { get; init; } = "";

    public string Hello { get; init; } = "localhost";

    public string Host { get; init; } = "";

    public int Port { get; init; }

    public string AuthUsername { get; init; } = "";

    public Secret? AuthPassword { get; init; }

    /// <summary>For CRAM-MD5.</summary>
    public Secret? AuthSecret { get; init; }

    public string AuthIdentity { get; init; } = "";

    /// <summary>Header names in their usual case, values templates.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string Html { get; init; } = "";

    public string Text { get; init; } = "";

    /// <summary>Refuse to send when the server offers no STARTTLS.</summary>
    public bool RequireTls { get; init; } = true;

    /// <summary>TLS from the first byte on.</summary>
    public bool IsImplicitTls { get; init; }

    public TlsConfig Tls { get; init; } = TlsConfig.Default;

    /// <summary>Let mail programs show the messages of a group as one thread.</summary>
    public bool IsThreaded { get; init; }

    /// <summary>A new thread each day.</summary>
    public bool ThreadsByDay { get; init; }
}
