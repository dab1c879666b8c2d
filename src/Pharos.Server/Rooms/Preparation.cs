using Pharos.Model.Diagnostics;

namespace Pharos.Server.Rooms;

/// <summary>What one room has made ready for a new configuration: taken when all rooms are ready, else thrown away.</summary>
/// <remarks>Threads: one; a preparation is taken or thrown away once.</remarks>
sealed class Preparation : IAsyncDisposable
{
    readonly List<Diagnostic> refusals = [];
    readonly List<Func<ValueTask>> swaps = [];
    readonly Stack<object> owned = [];
    bool isOver;

    /// <summary>Why the room cannot take the configuration; empty: it can.</summary>
    public IReadOnlyList<Diagnostic> Refusals => refusals;

    /// <param name="where">The file that says what cannot be, or another place.</param>
    public void Refuse(string where, string fault) => refusals.Add(Diagnostic.Error(where, 0, 0, fault));

    /// <summary>Hands over something opened: it is disposed when the preparation is thrown away, and the room's own from the swap on.</summary>
    public T Own<T>(T resource)
        where T : class
    {
        Invariant.Holds(resource is IDisposable or IAsyncDisposable, $"{typeof(T).Name} cannot be disposed");
        owned.Push(resource);
        return resource;
    }

    /// <summary>What puts the configuration in force, in the order in which it was added. It must not fail.</summary>
    public void OnSwap(Action swap) => OnSwap(() =>
    {
        swap();
        return ValueTask.CompletedTask;
    });

    /// <inheritdoc cref="OnSwap(Action)"/>
    public void OnSwap(Func<ValueTask> swap) => swaps.Add(swap);

    public async ValueTask SwapAsync()
    {
        Invariant.Holds(!isOver && refusals.Count == 0, $"taken after its end, or with {refusals.Count} refusals");
        isOver = true;
        foreach (var swap in swaps) await swap();
    }

    /// <summary>Throws away what is not taken, the last one first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isOver) return;
        isOver = true;
        foreach (var resource in owned)
        {
            if (resource is IAsyncDisposable one) await one.DisposeAsync();
            else ((IDisposable)resource).Dispose();
        }
    }
}
