using Pharos.AspNetCore.Metrics;
using Shop.Operating;
using Shop.Storage;

namespace Shop.Accounts;

/// <summary>Signing up and logging in. Five wrong passwords lock an account until the shop starts again.</summary>
static class AccountEndpoints
{
    const int FailuresUntilLocked = 5;
    const int LongestEmail = 200;
    const int LongestPassword = 200;
    const int ShortestPassword = 8;

    /// <summary>The account of the page and of the load, known to everybody.</summary>
    public static readonly Credentials Sample = new("ada@example.com", "a lamp for every ship");

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/signup", SignUpAsync);
        routes.MapPost("/login", LogInAsync);
    }

    /// <summary>Makes the sample's account if it is missing, and opens those that are locked.</summary>
    public static async Task PrepareAsync(ShopDatabase database, CancellationToken cancellation)
    {
        await AddAsync(database, Sample.Email!, Password.From(Sample.Password!), cancellation);
        await database.ExecuteAsync("UPDATE accounts SET failures = 0 WHERE failures > 0", cancellation);
    }

    static async Task<IResult> SignUpAsync(Credentials request, ShopDatabase database, ShopMetrics metrics, CancellationToken aborted)
    {
        if (FaultOf(request) is { } fault) return Results.BadRequest(new { error = fault });
        if (request.Password!.Length < ShortestPassword) return Results.BadRequest(new { error = $"password is shorter than {ShortestPassword} characters" });
        if (!await AddAsync(database, request.Email!, Password.From(request.Password), aborted)) return Results.Conflict(new { error = "there is an account of that name" });
        metrics.SignedUp();
        return Results.Json(new { request.Email }, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> LogInAsync(Credentials request, ShopDatabase database, ApplicationMetrics metrics, CancellationToken aborted)
    {
        if (FaultOf(request) is { } fault) return Results.BadRequest(new { error = fault });
        var account = (await database.RowsAsync("SELECT salt, hash, failures FROM accounts WHERE email = @email",
            row => (Password: new Password(row.GetString(0), row.GetString(1)), Failures: row.GetInt32(2)), aborted, ("email", request.Email!))).Cast<(Password Password, int Failures)?>().FirstOrDefault();
        var isRight = (account?.Password ?? Password.OfNobody).Is(request.Password!);
        switch (account)
        {
            case null:
                metrics.LoginFailed(LoginFailure.UserNotFound);
                return Refused();
            case { Failures: >= FailuresUntilLocked }:
                metrics.LoginFailed(LoginFailure.AccountLocked);
                return Results.Json(new { error = "the account is locked" }, statusCode: StatusCodes.Status423Locked);
            case var _ when !isRight:
                metrics.LoginFailed(LoginFailure.WrongPassword);
                await database.ExecuteAsync("UPDATE accounts SET failures = failures + 1 WHERE email = @email", aborted, ("email", request.Email!));
                return Refused();
            default:
                metrics.LoginSucceeded();
                if (account.Value.Failures > 0) await database.ExecuteAsync("UPDATE accounts SET failures = 0 WHERE email = @email", aborted, ("email", request.Email!));
                return Results.Json(new { request.Email });
        }
    }

    /// <summary>The same words for both reasons: which addresses have an account is not for strangers.</summary>
    static IResult Refused() => Results.Json(new { error = "e-mail or password is wrong" }, statusCode: StatusCodes.Status401Unauthorized);

    static async Task<bool> AddAsync(ShopDatabase database, string email, Password password, CancellationToken cancellation) =>
        await database.ExecuteAsync("INSERT INTO accounts (email, salt, hash) VALUES (@email, @salt, @hash) ON CONFLICT (email) DO NOTHING", cancellation,
            ("email", email), ("salt", password.Salt), ("hash", password.Hash)) > 0;

    static string? FaultOf(Credentials request)
    {
        if (request.Email is not { Length: > 2 and <= LongestEmail } email || !email.Contains('@', StringComparison.Ordinal) || email.Any(char.IsControl)) return $"email is no address of at most {LongestEmail} characters";
        return request.Password is { Length: > 0 and <= LongestPassword } ? null : $"password is missing, or longer than {LongestPassword} characters";
    }
}

sealed record Credentials(string? Email, string? Password);
