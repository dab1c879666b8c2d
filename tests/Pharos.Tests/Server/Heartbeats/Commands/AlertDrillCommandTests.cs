using System.Text.Json;
using Pharos.Server.Heartbeats.Commands;

namespace Pharos.Tests.Server.Heartbeats.Commands;

public sealed class AlertDrillCommandTests
{
    [Theory]
    [InlineData("""{"at":"x","ended":"y","tried":3,"faults":[]}""", 0, "The fire drill was taken by all 3 integrations.\n")]
    [InlineData("""{"at":"x","ended":"y","tried":1,"faults":[]}""", 0, "The fire drill was taken by the one integration there is.\n")]
    [InlineData("""{"at":"x","ended":"y","tried":2,"faults":["slack[0] of pager: it answered 403"]}""", 1, "The fire drill failed at 1 of 2 integrations:\n  slack[0] of pager: it answered 403\n")]
    [InlineData("""{"at":"x","ended":"y","tried":0,"faults":[]}""", 1, "Nothing was tried: no route leads to a receiver that sends anything.\n")]
    [InlineData("""{"at":"x","tried":0,"faults":[]}""", 1, "The fire drill did not come to its end; the log of the server tells why.\n")]
    public void What_a_drill_showed_is_told_and_is_the_exit_code(string held, int code, string told)
    {
        using var output = new StringWriter { NewLine = "\n" };

        Assert.Equal(code, AlertDrillCommand.Print(JsonDocument.Parse(held).RootElement, output));
        Assert.Equal(told, output.ToString());
    }
}
