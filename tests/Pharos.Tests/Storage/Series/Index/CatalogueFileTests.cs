namespace Pharos.Tests.Storage.Series.Index;

public sealed class CatalogueFileTests
{
    const long Start = 1_700_000_000_000;

    [Fact]
    public async Task Without_a_copy_the_labels_in_blocks_name_the_series_of_a_damaged_record()
    {
        await using var store = await Make();
        File.Delete(Path.Combine(store.Folder, "catalogue", "series-00000001.copy")); // As older programs left it.
        Damage(store, "series-00000001.log", 40);

        store.Open();

        // The first record had s0 and s1; those of the second were never damaged.
        Assert.Equal(["s0", "s1", "s2", "s3"], store.Read().Keys);
        Assert.Contains(store.Store.Stats().SetAside, told => told.Contains("a record is damaged", StringComparison.Ordinal));
        await store.Reopen();
        Assert.Equal(["s0", "s1", "s2", "s3"], store.Read().Keys);
        Assert.Empty(store.Store.Stats().SetAside);
    }

    [Theory]
    [InlineData("series-00000001.log")]
    [InlineData("series-00000001.copy")]
    public async Task A_file_that_is_lost_whole_comes_back_from_the_other(string lost)
    {
        await using var store = await Make();
        File.Delete(Path.Combine(store.Folder, "catalogue", lost));

        store.Open();

        Assert.Equal(["s0", "s1", "s2", "s3"], store.Read().Keys);
        Assert.Equal(File.ReadAllBytes(Path.Combine(store.Folder, "catalogue", "series-00000001.log")), File.ReadAllBytes(Path.Combine(store.Folder, "catalogue", "series-00000001.copy")));
    }

    [Fact]
    public async Task A_damaged_copy_is_told_and_written_anew()
    {
        await using var store = await Make();
        Damage(store, "series-00000001.copy", 40);

        store.Open();

        Assert.Contains(store.Store.Stats().SetAside, told => told.Contains("the copy of the catalogue is damaged", StringComparison.Ordinal));
        await store.Reopen();
        Assert.Empty(store.Store.Stats().SetAside);
    }

    /// <summary>Two series in a first record and in a block, two in a second record and in the head alone.</summary>
    static async Task<TestStore> Make()
    {
        var store = new TestStore();
        store.Append("s0", Start, 1);
        store.Append("s1", Start, 1);
        await store.Flush();
        store.Store.Upkeep.FlushHead(Start + 1000);
        store.Append("s2", Start + 2000, 1);
        store.Append("s3", Start + 2000, 1);
        await store.Flush();
        await store.Store.DisposeAsync();
        return store;
    }

    static void Damage(TestStore store, string file, int at)
    {
        var path = Path.Combine(store.Folder, "catalogue", file);
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 0x40;
        File.WriteAllBytes(path, bytes);
    }
}
