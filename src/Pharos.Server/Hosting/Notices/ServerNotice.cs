namespace Pharos.Server.Hosting.Notices;

/// <summary>A trouble of this server itself that whoever looks at it should know.</summary>
/// <param name="IsActive">False in the message that it is over.</param>
sealed record ServerNotice(string Text, DateTimeOffset Since, bool IsActive);
