using Pharos.Model.Diagnostics;

namespace Pharos.Server.State;

/// <summary>One file of small state, <c>DATA/name/name.db</c>, and the rooms whose tables it holds.</summary>
/// <param name="Name">Of the file and its folder.</param>
/// <param name="WhenLost">What follows when a damaged file is set aside: a sentence for the log.</param>
sealed record StateFile(string Name, string WhenLost, params IReadOnlyList<StateTables> Rooms)
{
    /// <summary>The newest format that this program knows.</summary>
    public int Version => Rooms.SelectMany(room => room.Migrations).Max(step => step.Number);

    /// <summary>The steps from a format to the newest, in the order of their numbers, then of the rooms.</summary>
    public IReadOnlyList<Migration> StepsFrom(long format)
    {
        var steps = Rooms.SelectMany(room => room.Migrations).OrderBy(step => step.Number).ToList();
        var numbers = steps.Select(step => step.Number).Distinct().ToList();
        Invariant.Holds(numbers.SequenceEqual(Enumerable.Range(1, numbers.Count)), $"{Name}: steps {string.Join(", ", numbers)} leave out a number");
        return [.. steps.Where(step => step.Number > format)];
    }

    public bool IsChecked(string table) => !Rooms.Any(room => room.NotChecked.Contains(table, StringComparer.Ordinal));
}
