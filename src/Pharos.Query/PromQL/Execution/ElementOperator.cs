using Pharos.Model.Samples;
using Pharos.Query.PromQL.Histograms;
using Pharos.Query.PromQL.Numbers;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Execution;

/// <summary>A binary operator on two samples of which at least one may be a histogram. Pairs of types that do not fit yield nothing, and a note.</summary>
sealed class ElementOperator(BinaryExpr expression, QueryContext context)
{
    BinaryOperator Operator => expression.Operator;

    /// <summary>False: the types do not fit, there is no result at all. <paramref name="keeps"/>: whether a comparison holds.</summary>
    public bool TryCompute(double left, FloatHistogram? leftHistogram, double right, FloatHistogram? rightHistogram, out double value, out FloatHistogram? histogram, out bool keeps)
    {
        value = 0;
        histogram = null;
        keeps = true;
        return (leftHistogram, rightHistogram) switch
        {
            (null, null) => TryFloats(left, right, out value, out keeps),
            (null, { } each) => TryFloatHistogram(left, each, out histogram),
            ({ } each, null) => TryHistogramFloat(each, right, out histogram),
            ({ } each, { } other) => TryHistograms(each, other, out histogram, out keeps),
        };
    }

    bool TryFloats(double left, double right, out double value, out bool keeps)
    {
        value = Arithmetic.Value(Operator, left, right);
        keeps = Arithmetic.Holds(Operator, left, right);
        return Operator is not (BinaryOperator.TrimLower or BinaryOperator.TrimUpper) || Refuse("float", "float");
    }

    bool TryFloatHistogram(double left, FloatHistogram right, out FloatHistogram? histogram)
    {
        histogram = null;
        if (Operator != BinaryOperator.Multiply) return Refuse("float", "histogram");
        histogram = Scaled(right, left);
        return true;
    }

    bool TryHistogramFloat(FloatHistogram left, double right, out FloatHistogram? histogram)
    {
        histogram = null;
        switch (Operator)
        {
            case BinaryOperator.Multiply:
                histogram = Scaled(left, right);
                return true;
            case BinaryOperator.Divide:
                var sum = new HistogramSum(left);
                sum.Divide(right);
                histogram = sum.ToHistogram();
                return true;
            case BinaryOperator.TrimUpper:
            case BinaryOperator.TrimLower:
                histogram = HistogramTrim.Trim(left, right, keepsBelow: Operator == BinaryOperator.TrimUpper);
                return true;
            default:
                return Refuse("histogram", "float");
        }
    }

    bool TryHistograms(FloatHistogram left, FloatHistogram right, out FloatHistogram? histogram, out bool keeps)
    {
        histogram = null;
        keeps = true;
        switch (Operator)
        {
            case BinaryOperator.Add:
            case BinaryOperator.Subtract:
                var isAdd = Operator == BinaryOperator.Add;
                var sum = new HistogramSum(left);
                var outcome = isAdd ? sum.Add(right) : sum.Subtract(right);
                if (outcome.HasFlag(HistogramOutcome.Incompatible))
                {
                    context.Notes.Warn(expression.Span, NoteText.IncompatibleLayout(Operator.Text()));
                    return false;
                }
                if (!isAdd) sum.SetHint(CounterResetHint.Gauge); // A difference may fall.
                var operation = isAdd ? "addition" : "subtraction";
                if (outcome.HasFlag(HistogramOutcome.ResetCollision)) context.Notes.Warn(expression.Span, NoteText.ResetCollision(operation));
                if (outcome.HasFlag(HistogramOutcome.BoundsReconciled)) context.Notes.Inform(expression.Span, NoteText.BoundsReconciled(operation));
                histogram = sum.ToHistogram();
                return true;
            case BinaryOperator.Equal:
            case BinaryOperator.NotEqual:
                histogram = left;
                keeps = HistogramEquality.AreEqual(left, right) == (Operator == BinaryOperator.Equal);
                return true;
            default:
                return Refuse("histogram", "histogram");
        }
    }

    static FloatHistogram Scaled(FloatHistogram histogram, double factor)
    {
        var sum = new HistogramSum(histogram);
        sum.Scale(factor);
        return sum.ToHistogram();
    }

    bool Refuse(string left, string right)
    {
        context.Notes.Inform(expression.Span, NoteText.IncompatibleTypes(left, Operator.Text(), right));
        return false;
    }
}
