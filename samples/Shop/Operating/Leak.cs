namespace Shop.Operating;

/// <summary>A memory leak to be found: holds more every second while its switch is on, and lets go when it is off.</summary>
sealed class Leak(Switches switches, TimeProvider time) : BackgroundService
{
    const int BytesPerSecond = 4 << 20;
    const int MostPieces = 128;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var held = new List<byte[]>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (switches.Leak && held.Count < MostPieces)
            {
                var piece = new byte[BytesPerSecond];
                Random.Shared.NextBytes(piece); // Memory that is never written is never resident.
                held.Add(piece);
            }
            else if (!switches.Leak && held.Count > 0)
            {
                held.Clear();
                GC.Collect();
            }
        }
    }
}
