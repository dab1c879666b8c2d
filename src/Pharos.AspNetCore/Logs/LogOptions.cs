using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Logs;

/// <summary>How the log is written: section <c>Pharos:Logs</c>. Levels are set as ever, in <c>Logging:LogLevel</c>.</summary>
public sealed class LogOptions
{
    /// <summary>JSON outside Development, unless set.</summary>
    public LogFormat Format { get; set; }

    /// <summary>How placeholders become keys.</summary>
    public FieldNames FieldNames { get; set; }

    /// <summary>The keys of what every line may have.</summary>
    public LogKeys Keys { get; } = new();

    /// <summary>Scope values that are not written. By default ASP.NET Core's own ids, since the line has <c>request_id</c>.</summary>
    public ISet<string> IgnoredScopeKeys { get; } = new HashSet<string>(StringComparer.Ordinal) { "ConnectionId", "RequestId", "TransportConnectionId" };

    /// <summary>Longest text of one value in UTF-16 units, 64 to 1 048 576; a longer one is cut and ends with an ellipsis. An exception may have four times as much.</summary>
    public int MaxTextLength { get; set; } = 8_192;

    /// <summary>Size beyond which a line takes no further fields, in bytes, 1 024 to 16 777 216; such a line says <c>"truncated":true</c>.</summary>
    public int MaxLineBytes { get; set; } = 65_536;

    /// <summary>Most bytes of lines that wait while standard output does not take them; what comes after is counted, dropped and told. 65 536 to 1 073 741 824.</summary>
    public int MaxWaitingBytes { get; set; } = 4 * 1024 * 1024;

    internal void Read(SettingsSection section)
    {
        Format = section.Choice(nameof(Format), Format);
        FieldNames = section.Choice(nameof(FieldNames), FieldNames);
        Keys.Read(section.Child(nameof(Keys)));
        foreach (var key in section.Texts(nameof(IgnoredScopeKeys)) ?? []) IgnoredScopeKeys.Add(key);
        MaxTextLength = section.Number(nameof(MaxTextLength), MaxTextLength, 64, 1_048_576);
        MaxLineBytes = section.Number(nameof(MaxLineBytes), MaxLineBytes, 1_024, 16_777_216);
        MaxWaitingBytes = section.Number(nameof(MaxWaitingBytes), MaxWaitingBytes, 65_536, 1_073_741_824);
    }
}
