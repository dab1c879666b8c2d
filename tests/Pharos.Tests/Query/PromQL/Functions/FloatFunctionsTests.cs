using Pharos.Query.PromQL.Aggregations;
using Pharos.Query.PromQL.Functions;
using Pharos.Query.PromQL.Numbers;

namespace Pharos.Tests.Query.PromQL.Functions;

public sealed class FloatFunctionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(951_782_400)] // 29 February 2000
    [InlineData(-1)]
    [InlineData(4_107_542_399)] // The last second of February 2100, which has no 29th.
    [InlineData(253_402_300_799)]
    public void Dates_are_those_of_the_calendar(long seconds)
    {
        var expected = DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime;

        var date = CivilDate.Of(seconds);

        Assert.Equal((expected.Year, expected.Month, expected.Day, expected.Hour, expected.Minute), ((int)date.Year, date.Month, date.Day, date.Hour, date.Minute));
        Assert.Equal(((int)expected.DayOfWeek, expected.DayOfYear, DateTime.DaysInMonth(expected.Year, expected.Month)), (date.DayOfWeek, date.DayOfYear, date.DaysInMonth));
    }

    [Theory]
    [InlineData("cpu2", "cpu10", -1)]
    [InlineData("cpu10", "cpu10", 0)]
    [InlineData("a", "a1", -1)]
    [InlineData("b", "a9", 1)]
    public void Digits_count_as_numbers_in_natural_order(string left, string right, int sign) => Assert.Equal(sign, Math.Sign(NaturalOrder.Compare(left, right)));

    [Theory]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("0.5", 0.5)]
    [InlineData("1e3", 1000)]
    public void A_bound_is_read_as_Go_reads_floats(string text, double expected)
    {
        Assert.True(BucketLabel.TryParse(text, out var bound));
        Assert.Equal(expected, bound);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Hello World")]
    [InlineData(" 1")]
    [InlineData("++Inf")]
    public void What_is_no_number_is_no_bound(string text) => Assert.False(BucketLabel.TryParse(text, out _));

    [Theory]
    [InlineData("", 0xef46db3751d8e999)]
    [InlineData("a", 0xd24ec4f1a98c6e5b)]
    [InlineData("abc", 0x44bc2cf5ad770999)]
    public void The_hash_of_labels_is_XXH64(string text, ulong expected) => Assert.Equal(expected, LabelHash.Hash(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_Kahan_sum_keeps_what_a_large_number_hides()
    {
        var sum = new Kahan();
        foreach (var value in (double[])[1, 1e100, 1, -1e100]) sum.Add(value);

        Assert.Equal(2, sum.FiniteTotal);
    }
}
