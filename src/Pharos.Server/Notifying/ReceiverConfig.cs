using Pharos.Model.Labels;

namespace Pharos.Server.Notifying;

/// <summary>One receiver: a name for any number of integrations, all of which are told.</summary>
/// <param name="Labels">To choose receivers by, such as <c>team: storage</c>.</param>
sealed record ReceiverConfig(string Name, LabelSet Labels, IReadOnlyList<ReceiverIntegration> Integrations);

/// <param name="Index">Which one of its kind in the receiver, from 0.</param>
sealed record ReceiverIntegration(NotifierKind Kind, int Index, IntegrationConfig Config)
{
    /// <summary><c>slack[0]</c></summary>
    public override string ToString() => $"{Kind.Name}[{Index}]";
}
