using Pharos.Server.Alerting.Delivery;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Alerting.Delivery;

public sealed class FloodMemoryTests
{
    [Fact]
    public void Memory_is_given_back_once_after_a_flood_that_is_over()
    {
        var time = new ManualTime(0);
        var memory = new FloodMemory(time);
        memory.Took(4_999);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(memory.IsOver); // An ordinary day.
        memory.Took(1);
        time.Advance(TimeSpan.FromMilliseconds(1_999));
        Assert.False(memory.IsOver);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(memory.IsOver);

        memory.GiveBackWhenQuiet();

        Assert.False(memory.IsOver);
    }
}
