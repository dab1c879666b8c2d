using System.Globalization;
using System.Text;
using Pharos.Server.Doors;

namespace Pharos.Tests.Server.Hosting;

/// <summary>Writes docs/http-api.md from the doors of a running server.</summary>
static class DoorPage
{
    public const string Renewal = "PHAROS_WRITE_DOCS=1 tests/Pharos.Tests/bin/Release/net10.0/Pharos.Tests -class '*EveryDoorTests'";

    public static string Write(IEnumerable<Door> doors)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # The doors of the HTTP API

            Written from what the server declares; do not edit. Renew it by `{Renewal}`.

            **Right**: what a role must allow (`access:` of pharos.yml). A viewer may read; an operator may operate, too; an editor also edit; an admin everything; ingest may push and
            nothing else. `login`: any role. **Changes**: a browser may not call it on behalf of another site. **Body**: the most that is taken; parameters may come as a form of
            10 MB wherever POST is taken. **Load**: whose threads and places it takes; at most {OpenStreams.Most} streams are open. **Faults**: how an error looks: Prometheus' JSON object,
            Alertmanager's JSON string, a line of text, or a page. **Ports**: `all` that `--listen` names, or one of `listen:` in pharos.yml; `every` means both.

            Beside these there are the pages of the user interface and their files, which a build may leave out: GET and HEAD, right `read`.

            | door | ports | methods | right | changes | body | load | faults | what |
            |---|---|---|---|---|---|---|---|---|

            """);
        foreach (var door in doors.Where(door => door.Load != LoadClass.Page).OrderBy(door => door.Path, StringComparer.Ordinal).ThenBy(door => string.Join(' ', door.Methods), StringComparer.Ordinal)) page.Append(Row(door)).Append('\n');
        return page.ToString();
    }

    static string Row(Door door)
    {
        string[] cells =
        [
            $"| `{door.Path}`",
            door.IsOnEveryPort ? "every" : door.Port?.Name ?? "all",
            door.TakesAll ? "all" : string.Join(", ", door.Methods.Where(method => method != "OPTIONS")),
            Word(door.Right),
            door.ChangesState ? "yes" : "",
            door.Body is { } body ? string.Create(CultureInfo.InvariantCulture, $"{body.MaxBytes >> 20} MB") : "",
            Word(door.Load),
            Word(door.Faults),
            door.Summary,
        ];
        return string.Join(" | ", cells) + " |";
    }

    static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
