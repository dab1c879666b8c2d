using Pharos.Model.Diagnostics;

namespace Pharos.Server.State;

/// <summary>What follows from changes under a lock: put by inside it, carried out after it is left, in the order in which it came up.</summary>
/// <remarks>So nothing of a store, a log or another room is ever called under the lock, and two who change the same thing one after the other are also
/// kept one after the other. Threads: safe for all.</remarks>
/// <param name="gate">The lock of what is changed.</param>
/// <param name="carry">Carries out one effect; quick. Called by one at a time, never inside <paramref name="gate"/>.</param>
sealed class Outbox<TEffect>(Lock gate, Action<TEffect> carry)
{
    readonly Lock carrying = new(); // Taken before the other, never inside it.
    List<TEffect> waiting = [];

    /// <summary>Puts by; the caller holds the lock.</summary>
    public void Add(TEffect effect)
    {
        Invariant.Holds(gate.IsHeldByCurrentThread, $"{effect} is put by outside of the lock");
        waiting.Add(effect);
    }

    public void Add(IReadOnlyList<TEffect> effects)
    {
        Invariant.Holds(gate.IsHeldByCurrentThread, $"{effects.Count} effects are put by outside of the lock");
        waiting.AddRange(effects);
    }

    /// <summary>Carries out what was put by. When it returns, that is done for all that the caller has put by, whoever did it.</summary>
    public void CarryOut()
    {
        Invariant.Holds(!gate.IsHeldByCurrentThread, $"effects are carried out inside the lock");
        lock (carrying)
        {
            List<TEffect> effects;
            lock (gate)
            {
                if (waiting.Count == 0) return;
                (effects, waiting) = (waiting, []);
            }
            foreach (var effect in effects) carry(effect);
        }
    }
}
