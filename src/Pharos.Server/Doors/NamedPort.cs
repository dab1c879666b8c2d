namespace Pharos.Server.Doors;

/// <summary>An API that can have a port of its own, by <c>listen:</c> of pharos.yml.</summary>
/// <param name="Name">As <c>listen:</c> has it.</param>
/// <param name="Prefix">Where the API lies on the ports that have all doors: "" or <c>/x</c>. On its own port it lies at the root.</param>
sealed record NamedPort(string Name, string Prefix = "");
