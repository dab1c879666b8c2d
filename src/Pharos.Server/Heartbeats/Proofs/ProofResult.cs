using Pharos.Server.Notifying;


namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>How the proof of one integration ended.</summary>
/// <param name="Reason">Why it failed, without secrets; "" when it did not.</param>
/// <param name="Duration">From the first attempt to the last answer.</param>
sealed record ProofResult(ReceiverIntegration Integration, bool IsOk, string Reason, int? Status, TimeSpan Duration);
