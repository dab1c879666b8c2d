using Microsoft.Extensions.Configuration;
using Pharos.AspNetCore.Settings;

namespace Pharos.Tests.AspNetCore.Settings;

public sealed class SettingsSectionTests
{
    readonly List<string> faults = [];

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2 m", 120_000)]
    [InlineData("00:00:05", 5_000)]
    public void Durations_are_taken_in_both_forms(string text, int ms)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(ms), Section(("T", text)).Duration("T", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("2h")]
    [InlineData("99999999999999999999999d")]
    [InlineData("5 parsecs")]
    public void A_duration_that_is_malformed_or_out_of_bounds_is_a_fault_and_changes_nothing(string text)
    {
        Assert.Equal(TimeSpan.FromSeconds(3), Section(("T", text)).Duration("T", TimeSpan.FromSeconds(3), TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.Equal([$"Pharos:T: \"{text}\"; write a duration from 00:00:00 to 01:00:00, such as 250ms, 5s or 00:00:05"], faults);
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_what_to_write_instead()
    {
        var section = Section(("Flag", "yes"), ("Number", "0"), ("Real", "NaN"), ("Day", "3"), ("Url", "ftp://x"), ("Reals", "1,x"), ("In:Deep", "?"));

        Assert.True(section.Flag("Flag", true));
        Assert.Equal(7, section.Number("Number", 7, 1, 9));
        Assert.Equal(0.5, section.Real("Real", 0.5, 0, 1));
        Assert.Equal(DayOfWeek.Friday, section.Choice("Day", DayOfWeek.Friday));
        Assert.Null(section.Url("Url", null));
        Assert.Null(section.Reals("Reals"));
        Assert.False(section.Child("In").Flag("Deep", false));

        Assert.Equal(
            [
                "Pharos:Flag: \"yes\"; write true or false", "Pharos:Number: \"0\"; write a whole number from 1 to 9", "Pharos:Real: \"NaN\"; write a number from 0 to 1",
                "Pharos:Day: \"3\"; write one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday", "Pharos:Url: \"ftp://x\"; write an address such as http://localhost:9090",
                "Pharos:Reals: \"x\"; write a number", "Pharos:In:Deep: \"?\"; write true or false",
            ],
            faults);
    }

    [Fact]
    public void Lists_are_indexed_keys_or_one_value_with_commas()
    {
        Assert.Equal(["a", "b"], Section(("L", "a, b")).Texts("L")!);
        Assert.Equal(["a", "b"], Section(("L:0", "a"), ("L:1", "b")).Texts("L")!);
        Assert.Null(Section().Texts("L"));
    }

    SettingsSection Section(params (string Key, string Value)[] values) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build(), "Pharos", faults);
}
