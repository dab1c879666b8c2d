namespace Pharos.Server.State;

/// <summary>A room's door to one of its tables: what is put or removed here is written in the order in which it came, behind the back of who brings it.</summary>
/// <remarks>One for each table of a room: writes through two are never known to be of the same row. Never waits. It is on disk when <see cref="StateDatabase.FlushAsync"/> completes. Threads: safe for all.</remarks>
sealed class StateTable<TKey, TRow>(StateDatabase database, Action<StateStatements, TKey, TRow> put, Action<StateStatements, TKey> remove)
    where TKey : notnull
{
    readonly Action<StateStatements, TKey, TRow> put = put;
    readonly Action<StateStatements, TKey> remove = remove;

    public void Put(TKey key, TRow row) => database.Enqueue(new Write(this, key, row, isRemoval: false));

    public void Remove(TKey key) => database.Enqueue(new Write(this, key, default, isRemoval: true));

    sealed class Write(StateTable<TKey, TRow> table, TKey key, TRow? row, bool isRemoval) : StateWrite
    {
        readonly StateTable<TKey, TRow> table = table;
        readonly TKey key = key;

        public override void Run(StateStatements statements)
        {
            if (isRemoval) table.remove(statements, key);
            else table.put(statements, key, row!);
        }

        public override bool Equals(object? obj) => obj is Write other && ReferenceEquals(other.table, table) && EqualityComparer<TKey>.Default.Equals(other.key, key);

        public override int GetHashCode() => EqualityComparer<TKey>.Default.GetHashCode(key);
    }
}
