using Pharos.Server.Doors;

namespace Pharos.Server.Access;

/// <summary>What a login may do, as <c>access:</c> of pharos.yml names it.</summary>
enum Role : byte
{
    Viewer,
    Operator,
    Editor,
    Admin,

    /// <summary>Brings telemetry, and sees nothing.</summary>
    Ingest,
}

static class Roles
{
    public static readonly IReadOnlyList<string> Words = [.. Enum.GetValues<Role>().Select(Word)];

    /// <summary>Null: there is no such role.</summary>
    public static Role? Find(string word) => Words.Contains(word, StringComparer.Ordinal) ? Enum.Parse<Role>(word, ignoreCase: true) : null;

    public static string Word(this Role role) => role.ToString().ToLowerInvariant();

    public static bool May(this Role role, Right right) => right is Right.Public or Right.OwnKey or Right.Login || role switch
    {
        Role.Viewer => right is Right.Read,
        Role.Operator => right is Right.Read or Right.Operate,
        Role.Editor => right is Right.Read or Right.Operate or Right.Edit,
        Role.Ingest => right is Right.Push,
        _ => true,
    };
}
