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
    public void Keys_that_nobody_asks_for_are_told_with_the_nearest_one()
    {
        var section = Section(("Nmae", "x"), ("In:depe", "1"), ("Own:mine:Limt", "2"), ("List:0", "a"), ("Pairs:anything", "b"), ("name", "n"), ("Quite other", "c"));
        section.Text("Name", "");
        section.Child("In").Number("Deep", 0, 0, 9);
        foreach (var (_, own) in section.Children("Own")) own.Number("Limit", 0, 0, 9);
        section.Texts("List");
        foreach (var pair in section.Pairs("Pairs")) Assert.Equal("anything", pair.Key);
        section.FindUnknown();

        Assert.Equal(
            [
                "Pharos:Nmae: unknown key; did you mean \"Name\"?", "Pharos:Quite other: unknown key; known are In, List, Name, Own, Pairs",
                "Pharos:In:depe: unknown key; did you mean \"Deep\"?", "Pharos:Own:mine:Limt: unknown key; did you mean \"Limit\"?",
            ],
            faults);
    }

    [Fact]
    public void A_value_in_the_place_of_a_section_and_the_other_way_round_are_told()
    {
        var section = Section(("In", "yes"), ("Flag:Deep", "true"));
        Assert.True(section.Flag("Flag", true));
        section.Child("In").Flag("Deep", false);
        section.FindUnknown();

        Assert.Equal(["Pharos:Flag: keys stand below it; write one value", "Pharos:In: it has a value; write keys below it"], faults);
    }

    [Theory]
    [InlineData("metrics")]
    [InlineData("/")]
    [InlineData("/{metrics")]
    [InlineData("/a b")]
    public void A_path_that_no_endpoint_can_have_is_a_fault(string text)
    {
        Assert.Equal("/metrics", Section(("P", text)).Path("P", "/metrics"));
        Assert.Equal([$"Pharos:P: \"{text}\"; write a path such as /metrics"], faults);
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("Path", "path", 0)]
    [InlineData("Path", "Pth", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    public void The_distance_of_names_is_that_of_Levenshtein(string one, string other, int distance)
    {
        Assert.Equal(distance, NameDistance.Between(one, other));
        Assert.Equal(distance, NameDistance.Between(other, one));
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
