using Pharos.AspNetCore.Errors;

namespace Pharos.Tests.AspNetCore.Errors;

public sealed class StackReaderTests
{
    [Theory]
    [InlineData("Shop.Orders", "Place", "Shop.Orders", "Place")]
    [InlineData("Shop.Orders+<PlaceAsync>d__3", "MoveNext", "Shop.Orders", "PlaceAsync")]
    [InlineData("Shop.Orders+<>c", "<Main>b__0_1", "Shop.Orders", "Main.lambda")]
    [InlineData("Shop.Orders+<>c__DisplayClass2_0", "<Place>b__1", "Shop.Orders", "Place.lambda")]
    [InlineData("Program", "<<Main>$>g__Charge|0_3", "Program", "Main.Charge")]
    [InlineData("Program+<>c+<<<Main>$>b__0_0>d", "MoveNext", "Program", "<<<Main>$>b__0_0>d")]
    [InlineData("", "", "", "")]
    [InlineData("+<", "<", "", "<")]
    public void Names_of_the_compiler_become_those_of_the_source(string type, string method, string module, string function)
    {
        var name = StackReader.SourceName(type, method);

        Assert.Equal(module, name.Module);
        if (method == "MoveNext" && type.Contains("+<>c+", StringComparison.Ordinal)) Assert.Equal("Program", name.Module);
        else Assert.Equal(function, name.Function);
    }

    [Fact]
    public void Frames_come_outermost_first_and_libraries_are_not_in_app()
    {
        var own = new ErrorOptions();
        own.InAppExclude.Add("Pharos.Tests.AspNetCore.Errors.StackReaderTests");
        Exception caught;
        try
        {
            Enumerable.Range(0, 1).Select<int, int>(_ => throw new InvalidOperationException()).ToList();
            throw new InvalidOperationException("unreachable");
        }
        catch (InvalidOperationException fault)
        {
            caught = fault;
        }

        var frames = new StackReader(new ErrorOptions()).Read(caught);
        Assert.Equal(nameof(Frames_come_outermost_first_and_libraries_are_not_in_app), frames[0].Function);
        Assert.True(frames[0].IsInApp);
        Assert.Contains(frames, frame => frame.Module!.StartsWith("System.Linq", StringComparison.Ordinal) && !frame.IsInApp);
        Assert.DoesNotContain(new StackReader(own).Read(caught), frame => frame.IsInApp);
        Assert.Empty(new StackReader(own).Read(new InvalidOperationException("never thrown")));
    }
}
