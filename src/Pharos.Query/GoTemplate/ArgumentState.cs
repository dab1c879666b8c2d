namespace Pharos.Query.GoTemplate;

/// <summary>What became of asking for the argument of a directive.</summary>
enum ArgumentState
{
    Taken,
    Missing,
    BadIndex,
}
