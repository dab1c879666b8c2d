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

    [Fact]
    public void Any_flipped_bit_costs_one_frame_and_the_links_are_found_again()
    {
        const int Frames = 8;
        ulong newest = 0;
        using (var frames = new FrameStore(folder, 64 * 1024, NullLogger.Instance))
        {
            FrameStore.Extent extent = default;
            for (var i = 0; i < Frames; i++)
            {
                Assert.True(frames.TryWrite(ref extent, 9, 1, [9], i * 10, (i * 10) + 5, 0, out _)); // Another series' between.
                Assert.True(frames.TryWrite(ref extent, 7, 1, [1, 2, 3], i * 10, (i * 10) + 5, newest, out newest));
            }
        }
        var path = Assert.Single(Directory.GetFiles(folder, "*.frames"));
        var used = File.ReadAllBytes(path).AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        for (var bit = 0; bit < used * 8; bit++)
        {
            Flip(path, bit);
            using (var frames = new FrameStore(folder, 64 * 1024, NullLogger.Instance))
            {
                Assert.Empty(frames.OpenExisting(new Dictionary<uint, long> { [1] = 1000 }));
                var found = 0;
                var beforeMs = long.MaxValue;
                for (var address = newest; address != 0;)
                {
                    if (!frames.TryRead(address, 7, out var frame))
                    {
                        address = frames.Before(address, 7, beforeMs);
                        continue;
                    }
                    found++;
                    beforeMs = frame.FirstMs;
                    address = frame.Previous;
                }
                Assert.InRange(found, Frames - 1, Frames);
                if (found < Frames) Assert.StartsWith($"{folder}: 1 damaged frames: samples of 1 series between 1970-01-01", frames.Damage, StringComparison.Ordinal);
            }
            Flip(path, bit);
        }
    }

    static void Flip(string path, int bit)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = bit / 8;
        var value = file.ReadByte();
        file.Position = bit / 8;
        file.WriteByte((byte)(value ^ (1 << (bit % 8))));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
