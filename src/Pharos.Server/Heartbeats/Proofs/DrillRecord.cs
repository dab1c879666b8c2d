namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>One fire drill that was held.</summary>
/// <param name="EndedMs">Null: it is under way, or the server ended in the middle of it.</param>
/// <param name="Tried">How many integrations were tried.</param>
/// <param name="Faults">What did not work, one text an integration; without secrets.</param>
sealed record DrillRecord(long AtMs, long? EndedMs, int Tried, IReadOnlyList<string> Faults)
{
    public bool IsOk => EndedMs is not null && Faults.Count == 0;
}
