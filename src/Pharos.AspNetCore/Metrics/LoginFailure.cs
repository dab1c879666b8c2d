namespace Pharos.AspNetCore.Metrics;

/// <summary>The usual reasons of <c>auth_failures_total</c>.</summary>
public static class LoginFailure
{
    /// <summary>The user is known, the password is not theirs.</summary>
    public const string WrongPassword = "wrong_password";

    /// <summary>There is no such user.</summary>
    public const string UserNotFound = "user_not_found";

    /// <summary>The account is locked: counts as the result <c>locked</c>.</summary>
    public const string AccountLocked = "account_locked";
}
