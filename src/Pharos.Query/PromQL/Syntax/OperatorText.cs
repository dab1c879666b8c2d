namespace Pharos.Query.PromQL.Syntax;

/// <summary>Operators and types as they are written, and how strongly they bind.</summary>
public static class OperatorText
{
    public static string Text(this BinaryOperator op) => op switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        BinaryOperator.Atan2 => "atan2",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.And => "and",
        BinaryOperator.Or => "or",
        BinaryOperator.Unless => "unless",
        BinaryOperator.TrimUpper => "</",
        _ => ">/",
    };

    public static string Text(this AggregateOperator op) => op switch
    {
        AggregateOperator.CountValues => "count_values",
        AggregateOperator.LimitRatio => "limit_ratio",
        _ => op.ToString().ToLowerInvariant(),
    };

    /// <summary>The type as error messages name it.</summary>
    public static string Text(this ValueKind kind) => kind switch
    {
        ValueKind.Scalar => "scalar",
        ValueKind.String => "string",
        ValueKind.Vector => "instant vector",
        _ => "range vector",
    };

    public static bool IsComparison(this BinaryOperator op) => op is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual;

    public static bool IsSetOperator(this BinaryOperator op) => op is BinaryOperator.And or BinaryOperator.Or or BinaryOperator.Unless;

    /// <summary>Whether the aggregation takes a parameter before its expression.</summary>
    public static bool HasParameter(this AggregateOperator op) => op >= AggregateOperator.TopK;

    /// <summary>1 binds weakest. All but the power are left-associative.</summary>
    internal static int Precedence(this BinaryOperator op) => op switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.And or BinaryOperator.Unless => 2,
        BinaryOperator.Add or BinaryOperator.Subtract => 4,
        BinaryOperator.Power => 6,
        >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual or BinaryOperator.TrimUpper or BinaryOperator.TrimLower => 3,
        _ => 5,
    };
}
