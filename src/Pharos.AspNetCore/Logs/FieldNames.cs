namespace Pharos.AspNetCore.Logs;

/// <summary>How the names of message placeholders and scope values become JSON keys.</summary>
public enum FieldNames
{
    /// <summary><c>{OrderId}</c> becomes <c>OrderId</c>.</summary>
    AsWritten,

    /// <summary><c>{OrderId}</c> becomes <c>order_id</c>.</summary>
    SnakeCase,
}
