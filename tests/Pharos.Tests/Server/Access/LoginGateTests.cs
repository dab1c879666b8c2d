using System.Text;
using Pharos.Server.Access;

namespace Pharos.Tests.Server.Access;

public sealed class LoginGateTests
{
    static readonly Dictionary<string, string> Users = new() { ["me"] = "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e" };

    static string Basic(string text) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}";

    [Fact]
    public async Task The_right_name_and_password_are_admitted_the_second_time_at_once()
    {
        using var gate = new LoginGate(Users);

        Assert.Equal("me", (await gate.AdmitsAsync(Basic("me:correct horse"), TestContext.Current.CancellationToken)).Name);
        var again = gate.AdmitsAsync(Basic("me:correct horse"), TestContext.Current.CancellationToken);
        Assert.True(again.IsCompletedSuccessfully, "the password was checked anew, which waits for a thread of the pool");
        Assert.Equal("me", (await again).Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ???")]
    [InlineData("Bearer abc")]
    public async Task A_header_that_proves_nothing_is_refused(string? header)
    {
        using var gate = new LoginGate(Users);

        Assert.Null((await gate.AdmitsAsync(header, TestContext.Current.CancellationToken)).Name);
    }

    [Theory]
    [InlineData("me:wrong")]
    [InlineData("me")]
    [InlineData("you:correct horse")]
    [InlineData(":correct horse")]
    [InlineData("ME:correct horse")]
    public async Task A_wrong_name_or_password_is_refused(string text)
    {
        using var gate = new LoginGate(Users);

        Assert.Null((await gate.AdmitsAsync(Basic(text), TestContext.Current.CancellationToken)).Name);
    }

    [Fact]
    public async Task A_flood_of_guesses_is_put_off_rather_than_queued()
    {
        using var gate = new LoginGate(Users);

        var answers = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => gate.AdmitsAsync(Basic($"me:guess {i}"), TestContext.Current.CancellationToken).AsTask()));

        Assert.All(answers, answer => Assert.Null(answer.Name));
        Assert.Contains(answers, answer => answer.IsBusy);
    }

    [Fact]
    public void Without_users_the_gate_is_open() => Assert.True(new LoginGate(new Dictionary<string, string>()).IsOpen);
}
