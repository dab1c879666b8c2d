using Pharos.Model.Writing;

namespace Pharos.Storage.Series.Head;

/// <summary>Counts of one batch while shard after shard takes its part.</summary>
struct AppendTally
{
    public int Stored;
    public int DuplicateSame;
    public int DuplicateOther;
    public int TooOld;
    public int TooNew;
    public int OutOfOrder;
    public int Gone;
    public int Refused;
    public string? Reason;

    public void Count(AppendStatus status)
    {
        switch (status)
        {
            case AppendStatus.Stored: Stored++; break;
            case AppendStatus.DuplicateSame: DuplicateSame++; break;
            case AppendStatus.DuplicateOther: DuplicateOther++; break;
            case AppendStatus.TooOld: TooOld++; break;
            case AppendStatus.TooNew: TooNew++; break;
            case AppendStatus.OutOfOrder: OutOfOrder++; break;
            case AppendStatus.Gone: Gone++; break;
            default: Refused++; break;
        }
    }

    public readonly AppendOutcome Outcome() => new(Stored, DuplicateSame, DuplicateOther, TooOld, TooNew, OutOfOrder, Gone, Refused, Reason);
}
