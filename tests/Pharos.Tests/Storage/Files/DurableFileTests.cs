using Pharos.Storage.Bytes;
using Pharos.Storage.Files;
using Xunit;

namespace Pharos.Tests.Storage.Files;

public sealed class DurableFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-files-").FullName;

    string At(string name) => Path.Combine(folder, name);

    [Fact]
    public void A_written_file_replaces_the_old_one_whole()
    {
        File.WriteAllText(At("x"), "a longer text");

        DurableFile.Write(At("x"), "new"u8);

        Assert.Equal("new", File.ReadAllText(At("x")));
        Assert.Equal([At("x")], Directory.GetFiles(folder));
    }

    [Fact]
    public void Temporaries_of_a_killed_process_are_deleted_and_nothing_else()
    {
        File.WriteAllText(At("x.tmp"), "");
        File.WriteAllText(At("x"), "");

        DurableFile.DeleteTemporaries(folder);

        Assert.Equal([At("x")], Directory.GetFiles(folder));
    }

    [Fact]
    public void Allocated_room_counts_as_the_files_length()
    {
        using var file = File.OpenHandle(At("x"), FileMode.Create, FileAccess.ReadWrite);

        DurableFile.Allocate(file, 0, 100_000);
        DurableFile.SyncData(file);

        Assert.Equal(100_000, RandomAccess.GetLength(file));
    }

    [Fact]
    public void Syncing_a_folder_that_is_not_there_is_an_io_error_with_its_name()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Folders are synced on Linux alone.");
        var e = Assert.Throws<IOException>(() => DurableFile.SyncFolder(At("none")));

        Assert.Contains(At("none"), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deleting_what_is_not_there_is_fine() => DurableFile.Delete(At("none"));

    [Fact]
    public void A_file_set_aside_keeps_its_bytes_and_gets_a_number_when_the_name_is_taken()
    {
        foreach (var text in new[] { "one", "two" })
        {
            File.WriteAllText(At("x"), text);
            SetAsideFiles.Move(At("x"), "torn " + text, TimeProvider.System);
        }

        Assert.False(File.Exists(At("x")));
        Assert.Equal("one", File.ReadAllText(At("corrupt/x")));
        Assert.Equal("two", File.ReadAllText(At("corrupt/x.2")));
        Assert.Contains("torn two", File.ReadAllText(At("corrupt/x.2.reason.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mapped_file_reads_the_same_through_the_map_and_by_pread()
    {
        var bytes = new byte[200_000];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(At("x"), bytes);
        using var file = new MappedFile(At("x"));
        var buffer = new byte[1000];

        file.ReadInto(150_000, buffer);
        file.ForgetBefore(200_000);

        Assert.Equal(bytes[150_000..151_000], buffer);
        Assert.Equal(bytes[150_000..151_000], file.Span(150_000, 1000).ToArray());
        Assert.Throws<CorruptDataException>(() => file.ReadInto(199_500, buffer));
        Assert.Throws<System.Diagnostics.UnreachableException>(() => file.Span(199_500, 1000).Length);
    }

    [Fact]
    public void An_empty_file_maps_to_nothing()
    {
        File.WriteAllBytes(At("x"), []);
        using var file = new MappedFile(At("x"));

        Assert.Equal(0, file.SizeBytes);
        Assert.True(file.Span(0, 0).IsEmpty);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
