using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Numbers;

/// <summary>The binary operators on two floats.</summary>
static class Arithmetic
{
    /// <summary>The result of an arithmetic operator; of a comparison 1 or 0.</summary>
    public static double Scalar(BinaryOperator op, double left, double right) => op.IsComparison() ? (Holds(op, left, right) ? 1 : 0) : Value(op, left, right);

    public static double Value(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        BinaryOperator.Modulo => left % right,
        BinaryOperator.Power => Math.Pow(left, right),
        BinaryOperator.Atan2 => Math.Atan2(left, right),
        _ => left,
    };

    public static bool Holds(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Equal => left == right,
        BinaryOperator.NotEqual => left != right,
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        BinaryOperator.Greater => left > right,
        BinaryOperator.GreaterOrEqual => left >= right,
        _ => true,
    };

    /// <summary>Applies an arithmetic operator to whole columns; the operator is chosen once, not per element.</summary>
    public static void Apply(BinaryOperator op, ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> output)
    {
        left = left[..output.Length];
        right = right[..output.Length];
        switch (op)
        {
            case BinaryOperator.Add:
                for (var i = 0; i < output.Length; i++) output[i] = left[i] + right[i];
                break;
            case BinaryOperator.Subtract:
                for (var i = 0; i < output.Length; i++) output[i] = left[i] - right[i];
                break;
            case BinaryOperator.Multiply:
                for (var i = 0; i < output.Length; i++) output[i] = left[i] * right[i];
                break;
            case BinaryOperator.Divide:
                for (var i = 0; i < output.Length; i++) output[i] = left[i] / right[i];
                break;
            default:
                for (var i = 0; i < output.Length; i++) output[i] = Value(op, left[i], right[i]);
                break;
        }
    }
}
