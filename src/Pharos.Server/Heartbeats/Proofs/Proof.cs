namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>What an integration was last shown to do.</summary>
/// <param name="AtMs">When the last attempt ended.</param>
/// <param name="IsOk">Its service took everything.</param>
/// <param name="Detail">Why not; "" when it did.</param>
/// <param name="ProvenAtMs">When its service last took something; null: never yet.</param>
sealed record Proof(long AtMs, ProofKind Kind, bool IsOk, string Detail, long? ProvenAtMs);

/// <summary>What proved it. The numbers are on disk.</summary>
enum ProofKind
{
    /// <summary>A person or a client asked for it.</summary>
    Test = 1,

    /// <summary>The schedule did.</summary>
    Drill = 2,

    /// <summary>Alerts, told in earnest.</summary>
    Notification = 3,
}

static class ProofKindText
{
    /// <summary>The word that programs read.</summary>
    public static string Word(this ProofKind kind) => kind switch
    {
        ProofKind.Test => "test",
        ProofKind.Drill => "drill",
        _ => "notification",
    };
}
