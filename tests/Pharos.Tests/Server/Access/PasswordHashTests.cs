using Pharos.Server.Access;


namespace Pharos.Tests.Server.Access;

public sealed class PasswordHashTests
{
    const string Long = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    /// <summary>Made by libxcrypt.</summary>
    [Theory]
    [InlineData("", "$2y$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq")]
    [InlineData("a", "$2y$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC")]
    [InlineData("correct horse", "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e")]
    [InlineData("naïve–π", "$2y$04$abcdefghijklmnopqrstuu2QrSclZv3aJXuR3t3AU9q4NCpQ76ChO")]
    [InlineData(Long, "$2y$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i")]
    [InlineData(Long + "yyy", "$2y$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i")]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    public void The_right_password_is_verified(string password, string hash)
    {
        Assert.Null(PasswordHash.FaultOf(hash));
        Assert.True(PasswordHash.Verify(password, hash));
        Assert.False(PasswordHash.Verify("w" + password, hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("password")]
    [InlineData("$2x$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq")]
    [InlineData("$2y$03$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq")]
    [InlineData("$2y$4x$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq")]
    [InlineData("$2y$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxji")]
    [InlineData("$2y$04$abcdefghijklmnopqrstuu!yCG3zY1GIXMyxfivm.ClDiInHzxjiq")]
    public void What_is_no_hash_is_told_and_lets_nobody_in(string hash)
    {
        Assert.Contains("is no bcrypt hash", PasswordHash.FaultOf(hash));
        Assert.False(PasswordHash.Verify("", hash));
    }

    [Fact]
    public void A_hash_whose_salt_ends_in_bits_that_nobody_reads_is_as_good()
    {
        const string hash = "$2y$04$abcdefghijklmnopqrstuvbyCG3zY1GIXMyxfivm.ClDiInHzxjiq"; // "v" where another program would write "u".

        Assert.True(PasswordHash.Verify("", hash));
        Assert.False(PasswordHash.Verify("w", hash));
    }

    [Fact]
    public void A_cost_that_would_hold_a_processor_is_refused()
    {
        const string hash = "$2y$31$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq";

        Assert.Contains("has cost 31", PasswordHash.FaultOf(hash));
        Assert.False(PasswordHash.Verify("", hash));
    }
}
