using System.Runtime.CompilerServices;
using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Model.Text.Re2Matching;

/// <summary>Says whether a text matches; its states are made when a text first needs them.</summary>
/// <remarks>
/// <para>Shape: a state is the set of steps that the text so far leads to, before anchors are asked; one entry a class of code points leads on.
/// So a text costs one look-up a code point once its states are known, and a walk over the steps of the set where they are not.</para>
/// <para>Limits: when the states take <see cref="Re2Limits.StateBytes"/> they are forgotten, and made anew by need.</para>
/// <para>Threads: safe for all. Known states are read without a lock; one thread at a time makes new ones.</para>
/// <para>Source: Cox, "Regular expression matching in the wild", 2010, section "Bound the memory".</para>
/// </remarks>
sealed class LazyAutomaton
{
    readonly Steps steps;
    readonly Alphabet alphabet;
    readonly Lock gate = new();
    readonly Dictionary<State, State> states = new(new SameSteps());
    readonly State lost = new([], Side.Other, 0);
    readonly State won = new([], Side.Other, 0);
    readonly StepSet reached;
    readonly StepSet passed;
    long bytes;
    int generation;
    State start;

    public LazyAutomaton(Steps steps)
    {
        this.steps = steps;
        alphabet = steps.Alphabet;
        (reached, passed) = (new(steps.Count), new(steps.Count));
        start = Known([steps.Start], Side.Edge);
    }

    /// <summary>What the remembered states take; at most <see cref="Re2Limits.StateBytes"/>, but for a single one that is larger.</summary>
    public long StateBytes => Volatile.Read(ref bytes);

    /// <summary>About what all of it takes by now: steps and remembered states.</summary>
    public long SizeBytes => Re2Limits.BytesOfSteps(steps.Count) + StateBytes;

    sealed class State(int[] reached, Side before, int classes)
    {
        public readonly int[] Reached = reached;
        public readonly Side Before = before;

        /// <summary>By class; null: not yet known.</summary>
        public readonly State?[] Next = new State?[classes];

        public int Generation;

        /// <summary>Whether a text that ends here matches: 0 not yet known, 1 yes, -1 no.</summary>
        public volatile int AtEnd;
    }

    public bool IsMatch(ReadOnlySpan<char> text)
    {
        var state = Volatile.Read(ref start);
        for (var at = 0; at < text.Length;)
        {
            var read = alphabet.Next(text, ref at);
            var next = Volatile.Read(ref state.Next[read]) ?? Follow(state, read);
            if (ReferenceEquals(next, lost)) return false;
            if (ReferenceEquals(next, won)) return true;
            state = next;
        }
        return state.AtEnd != 0 ? state.AtEnd > 0 : MatchesAtEnd(state);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    State Follow(State state, int read)
    {
        lock (gate)
        {
            if (state.Next[read] is { } known) return known;
            var side = steps.Sides?[read] ?? Side.Other;
            var next = Pass(state, side, isEnd: false) ? won : Read(read, side);
            if (state.Generation == generation) Volatile.Write(ref state.Next[read], next);
            return next;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool MatchesAtEnd(State state)
    {
        lock (gate)
        {
            var matches = Pass(state, Side.Edge, isEnd: true);
            state.AtEnd = matches ? 1 : -1;
            return matches;
        }
    }

    /// <summary>The state behind the steps that were passed when they read a code point of the class.</summary>
    State Read(int read, Side side)
    {
        reached.Clear();
        foreach (var step in passed.Members)
        {
            if (steps.Kinds[step] == StepKind.Set && alphabet.Holds(steps.X[step], read)) reached.Add(steps.Y[step]);
        }
        if (reached.Count == 0) return lost;
        var members = reached.Members.ToArray();
        Array.Sort(members);
        return Known(members, side);
    }

    /// <summary>Fills <see cref="passed"/> with all steps that need no further code point to be reached. True: the pattern has ended.</summary>
    bool Pass(State state, Side behind, bool isEnd)
    {
        passed.Clear();
        foreach (var step in state.Reached) passed.Add(step);
        for (var i = 0; i < passed.Count; i++)
        {
            var step = passed.Members[i];
            switch (steps.Kinds[step])
            {
                case StepKind.Split:
                    passed.Add(steps.X[step]);
                    passed.Add(steps.Y[step]);
                    break;
                case StepKind.Anchor when steps.Holds(step, state.Before, behind):
                    passed.Add(steps.Y[step]);
                    break;
                case StepKind.EndAnywhere:
                case StepKind.End when isEnd:
                    return true;
            }
        }
        return false;
    }

    State Known(int[] members, Side before)
    {
        var wanted = new State(members, before, alphabet.Count) { Generation = generation };
        if (states.TryGetValue(wanted, out var known)) return known;
        var size = 160 + 4L * members.Length + 8L * alphabet.Count;
        if (bytes + size > Re2Limits.StateBytes && states.Count > 0)
        {
            states.Clear();
            (bytes, generation) = (0, generation + 1);
            wanted.Generation = generation;
            var first = new State(start.Reached, start.Before, alphabet.Count) { Generation = generation };
            states.Add(first, first);
            Volatile.Write(ref start, first);
            if (states.TryGetValue(wanted, out known)) return known;
        }
        bytes += size;
        states.Add(wanted, wanted);
        return wanted;
    }

    sealed class SameSteps : IEqualityComparer<State>
    {
        public bool Equals(State? x, State? y) => x!.Before == y!.Before && x.Reached.AsSpan().SequenceEqual(y.Reached);

        public int GetHashCode(State state)
        {
            var hash = new HashCode();
            hash.Add(state.Before);
            foreach (var step in state.Reached) hash.Add(step);
            return hash.ToHashCode();
        }
    }
}
