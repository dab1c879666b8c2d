namespace Shop.Operating;

/// <summary>What is broken on purpose just now.</summary>
/// <remarks>Threads: any. A switch is a flag that the parts read when they work.</remarks>
sealed class Switches
{
    /// <summary>Every switch with what it does, in the order of the page.</summary>
    public static readonly IReadOnlyList<(string Name, string Does)> All =
    [
        ("slow-database", "every query waits 1.2 seconds in the database"),
        ("failing-payments", "the payment provider refuses six payments in ten"),
        ("failing-orders", "the stock service fails for every second order"),
        ("cold-cache", "nothing that was searched for is remembered"),
        ("leak", "four megabytes a second are held and not given back, up to 512"),
    ];

    readonly bool[] isOn = new bool[All.Count];

    public bool SlowDatabase => Volatile.Read(ref isOn[0]);

    public bool FailingPayments => Volatile.Read(ref isOn[1]);

    public bool FailingOrders => Volatile.Read(ref isOn[2]);

    public bool ColdCache => Volatile.Read(ref isOn[3]);

    public bool Leak => Volatile.Read(ref isOn[4]);

    public IReadOnlyDictionary<string, bool> States => All.Select((item, index) => (item.Name, IsOn: Volatile.Read(ref isOn[index]))).ToDictionary(item => item.Name, item => item.IsOn, StringComparer.Ordinal);

    /// <returns>False: there is no such switch.</returns>
    public bool TrySet(string name, bool on)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i].Name != name) continue;
            Volatile.Write(ref isOn[i], on);
            return true;
        }
        return false;
    }
}
