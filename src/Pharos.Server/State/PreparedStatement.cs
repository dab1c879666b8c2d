using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Pharos.Server.State;

/// <summary>A statement that is compiled once and run many times. Values are added in the order of <c>?</c>, then it is run.</summary>
/// <remarks>Below the provider's commands, which box every value, copy every text twice and open a reader for each row that is written: in a flood of alerts
/// that costs more than SQLite itself. Threads: one.</remarks>
sealed class PreparedStatement : IDisposable
{
    readonly sqlite3 database;
    readonly sqlite3_stmt statement;
    byte[] utf8 = new byte[256];
    int added;

    /// <exception cref="SqliteException">The statement is wrong.</exception>
    public PreparedStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
    }

    /// <summary>Forgets the values of a row that broke before it was run: they must not take the next one along.</summary>
    public PreparedStatement Begin()
    {
        added = 0;
        return this;
    }

    public PreparedStatement Add(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++added, value));
        return this;
    }

    public PreparedStatement Add(long? value) => value is { } number ? Add(number) : AddNull();

    public PreparedStatement Add(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (utf8.Length < most) utf8 = new byte[most];
        return AddText(utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8)));
    }

    public PreparedStatement AddText(ReadOnlySpan<byte> text)
    {
        added++;
        Check(text.IsEmpty ? raw.sqlite3_bind_text(statement, added, "") : raw.sqlite3_bind_text(statement, added, text)); // No bytes would be null.
        return this;
    }

    public PreparedStatement AddBytes(ReadOnlySpan<byte> bytes)
    {
        added++;
        Check(bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, added, 0) : raw.sqlite3_bind_blob(statement, added, bytes));
        return this;
    }

    public PreparedStatement AddNull()
    {
        Check(raw.sqlite3_bind_null(statement, ++added));
        return this;
    }

    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SqliteException">It could not be done.</exception>
    public int Run()
    {
        Step();
        return raw.sqlite3_changes(database);
    }

    /// <returns>The first column of the first row; 0: there is none.</returns>
    /// <exception cref="SqliteException">It could not be done.</exception>
    public long Number()
    {
        var number = 0L;
        Step(() => number = raw.sqlite3_column_int64(statement, 0));
        return number;
    }

    public void Dispose() => statement.Dispose();

    void Step(Action? read = null)
    {
        added = 0;
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW) read?.Invoke();
        raw.sqlite3_reset(statement); // Says again what was wrong.
        if (code != raw.SQLITE_ROW) Check(code);
    }

    void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_DONE) return;
        added = 0;
        SqliteException.ThrowExceptionForRC(code, database);
    }
}
