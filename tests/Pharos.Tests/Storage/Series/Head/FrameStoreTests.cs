using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Storage.Series.Head;

namespace Pharos.Tests.Storage.Series.Head;

public sealed class FrameStoreTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-frames-").FullName;

    [Fact]
    public void A_frame_that_is_linked_to_itself_or_a_later_one_ends_its_chain_as_damaged()
    {
        using var frames = new FrameStore(folder, 256 * 1024, NullLogger.Instance);
        FrameStore.Extent extent = default;
        Assert.True(frames.TryWrite(ref extent, 7, 1, [1, 2, 3], 1_000, 1_000, 0, out var first));
        Assert.True(frames.TryWrite(ref extent, 7, 1, [4, 5, 6], 2_000, 2_000, first, out var second));
        Assert.True(frames.TryWrite(ref extent, 7, 1, [7, 8, 9], 3_000, 3_000, extent.Next, out var ring));

        Assert.True(frames.TryRead(second, 7, out var sound));
        Assert.Equal(first, sound.Previous);
        Assert.False(frames.TryRead(ring, 7, out _));
        Assert.Equal(1, frames.DamagedFrames);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
