using System.Runtime.CompilerServices;

namespace Pharos.AspNetCore.Logs;

/// <summary>Lends the box in which a log state, a structure, shows its interfaces; each thread has one for each kind of state and fills it again.</summary>
/// <remarks>
/// <para>The logging library hands over a structure without saying which interfaces it has, and its fields can only be asked through one: that makes a
/// box for every line. Filling the last one again is the only way to log without allocation that needs no reflection.</para>
/// <para>The only unsafe code of the package: the content of a box is written as what it is. The type is compared on the line above.</para>
/// </remarks>
static class StateBox<TState>
{
    [ThreadStatic] static object? kept;

    /// <summary>The state as an object. Give it to <see cref="Return"/> when it has been read.</summary>
    public static object? Lend(TState state)
    {
        var box = kept;
        // Null for reference types, for the first line of its kind, and while a state of the same kind is being written on this thread.
        if (box is null) return state;
        kept = null;
        ContentOf(box) = state;
        return box;
    }

    public static void Return(object? box)
    {
        // A nullable's box is of another type, and a class is its own.
        if (!typeof(TState).IsValueType || box is null || box.GetType() != typeof(TState)) return;
        // What the state holds must not live as long as the thread.
        ContentOf(box) = default!;
        kept = box;
    }

    static ref TState ContentOf(object box) => ref Unsafe.As<byte, TState>(ref Unsafe.As<Payload>(box).First);

    /// <summary>Stands for any boxed structure: its first byte is the structure's first.</summary>
    sealed class Payload
    {
        public byte First;
    }
}
