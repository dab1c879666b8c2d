namespace Pharos.Server.Access;

/// <summary>What a login is found to be.</summary>
/// <param name="Name">Whose it is; null: nobody's.</param>
/// <param name="IsBusy">Too many are being checked to tell; come again.</param>
readonly record struct LoginAnswer(string? Name, bool IsBusy = false);
