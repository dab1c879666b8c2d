using Pharos.Model.Diagnostics;
using Pharos.Server.Hosting;
using Pharos.Server.Store;
using Pharos.Tests.Storage.Series;

namespace Pharos.Tests.Server.Store;

public sealed class StoreRoomTests
{
    [Fact]
    public async Task Damage_on_disk_is_a_finding_with_the_number_of_series_and_the_times()
    {
        await using var store = new TestStore();
        for (var i = 0; i < 100; i++) store.Append("a", 1_700_000_000_000 + (i * 15_000), i);
        store.Store.Upkeep.WriteCheckpoint();
        Assert.Empty(StoreRoom.Damage(store.Store.Stats()));
        await store.Store.DisposeAsync();
        File.Delete(Path.Combine(store.Folder, "checkpoint"));

        store.Open();

        var finding = Assert.Single(StoreRoom.Damage(store.Store.Stats()));
        Assert.Equal((Severity.Error, "storage"), (finding.Severity, finding.Where));
        Assert.Contains("1 series miss what their open runs held, at most 64 samples each between 2023-11-14 22:29:05Z and ", finding.Message, StringComparison.Ordinal);
    }
}
