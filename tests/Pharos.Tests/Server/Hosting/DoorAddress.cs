using System.Text.RegularExpressions;
using Pharos.Server.Doors;

namespace Pharos.Tests.Server.Hosting;

/// <summary>Some address of a door, whatever its pattern takes.</summary>
static class DoorAddress
{
    public static string Of(Door door) =>
        "/" + Regex.Replace(door.Path, @"\{(\**)(\w+)\}", part => part.Groups[2].Value == "id" ? "00000000-0000-0000-0000-000000000001" : part.Groups[1].Length > 0 ? "no/such/thing" : "nothing").TrimStart('/');
}
