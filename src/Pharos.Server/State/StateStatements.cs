using System.Buffers;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pharos.Model.Labels;

namespace Pharos.Server.State;

/// <summary>The statements of all rooms that write into one file, each prepared once.</summary>
/// <remarks>Threads: the writer's alone.</remarks>
sealed class StateStatements(SqliteConnection connection) : IDisposable
{
    readonly Dictionary<string, PreparedStatement> prepared = new(StringComparer.Ordinal);
    readonly ArrayBufferWriter<byte> jsonBytes = new();
    Utf8JsonWriter? json;

    public void Begin() => Of("BEGIN IMMEDIATE").Run();

    public void Commit() => Of("COMMIT").Run();

    public void Rollback() => Of("ROLLBACK").Run();

    /// <summary>The statement of a text, which is a constant: each is kept.</summary>
    public PreparedStatement Of(string sql) => (prepared.TryGetValue(sql, out var statement) ? statement : prepared[sql] = new(connection, sql)).Begin();

    /// <summary>Labels as they are kept. Valid until the next.</summary>
    public ReadOnlySpan<byte> Json(LabelSet labels) => Json(labels, LabelJson.Write);

    /// <summary>What is written as JSON. Valid until the next.</summary>
    public ReadOnlySpan<byte> Json<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        jsonBytes.ResetWrittenCount();
        json ??= new(jsonBytes);
        json.Reset();
        write(json, value);
        json.Flush();
        return jsonBytes.WrittenSpan;
    }

    /// <summary>Pages in use; those that were freed are used again before the file grows.</summary>
    public long UsedBytes() => (Of("PRAGMA page_count").Number() - Of("PRAGMA freelist_count").Number()) * Of("PRAGMA page_size").Number();

    public void Dispose()
    {
        foreach (var statement in prepared.Values) statement.Dispose();
        json?.Dispose();
    }
}
