namespace Pharos.Server.State;

/// <summary>What a room keeps in a file: the steps that make its tables.</summary>
/// <param name="Migrations">In ascending order.</param>
sealed record StateTables(params IReadOnlyList<Migration> Migrations)
{
    /// <summary>Tables too large to be read whole at each start; damage in them is met when it is read.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];
}
