using Pharos.Query.PromQL.Testing;

namespace Pharos.Tests.Query.PromQL.Testing;

public sealed class TestReaderTests
{
    [Theory]
    [InlineData("1 2 3", "1 2 3")]
    [InlineData("0x3", "0 0 0 0")]
    [InlineData("1+2x2", "1 3 5")]
    [InlineData("-5+10x1", "-5 5")]
    [InlineData("1e3-0.5x2", "1000 999.5 999")]
    [InlineData("_ 1 _x2 2", "_ 1 _ _ 2")]
    [InlineData("Inf -Inf NaN", "Infinity -Infinity NaN")]
    [InlineData("0x1f", "31")]
    public void Points_are_read_as_the_language_says(string text, string expected)
    {
        var points = SeriesReader.Points(text, 1).Select(point => point.IsMissing ? "_" : FormattableString.Invariant($"{point.Value}"));

        Assert.Equal(expected, string.Join(' ', points));
    }

    [Fact]
    public void A_clear_ends_with_its_line() =>
        Assert.Equal(["ClearCommand 1", "LoadCommand 2", "ClearCommand 5", "EvalCommand 6"], TestReader.Read("clear\nload 1m\n a 1\n\nclear\neval instant at 0 a\n").Select(command => $"{command.GetType().Name} {command.Line}"));

    [Theory]
    [InlineData("jump", 1, "unknown command jump; write clear, load, load_with_nhcb or eval")]
    [InlineData("load 5x\n a 1", 1, "5x is no duration")]
    [InlineData("load 5m\n a 1y2", 2, "expected x and a count, found y2")]
    [InlineData("load 5m\n a{b=\"c 1", 2, "unterminated text")]
    [InlineData("load 5m\n a {{count:}}", 2, " is no number")]
    [InlineData("eval instant 5m a", 1, "an eval is written: eval instant at T QUERY, or eval range from A to B step S QUERY")]
    [InlineData("eval instant at 0 a\n expect nothing", 2, "unknown expectation: expect nothing")]
    public void A_fault_is_told_with_its_line(string text, int line, string message)
    {
        var error = Assert.ThrowsAny<TestSyntaxException>(() => TestReader.Read(text));

        Assert.Equal((line, message), (error.Line, error.Message));
    }

    [Theory]
    [InlineData("eval instant at 0 1 + 1\n 3", "expected 3, got 2")]
    [InlineData("eval instant at 0 vector(1)\n {a=\"b\"} 1", "expected series {a=\"b\"}")]
    [InlineData("eval instant at 0 vector(1)", "unexpected series {} 1")]
    [InlineData("eval instant at 0 vector(1)\n expect fail", "expected an error, got a result")]
    [InlineData("eval instant at 0 vector(1)\n expect warn\n {} 1", "expected a warning")]
    public void A_failed_eval_says_why(string text, string reason)
    {
        var report = new TestRunner(new(new())).Run(text, CancellationToken.None);

        Assert.Equal(new TestFailure(1, reason), Assert.Single(report.Failures));
    }
}
