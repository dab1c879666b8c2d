using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Planning;

/// <summary>One function of PromQL: its types, and how a call of it becomes an operator or a column.</summary>
sealed record Function(FunctionSignature Signature)
{
    /// <summary>Plans a call; of functions that yield a vector.</summary>
    public Func<FunctionCall, VectorOperator>? Vector { get; init; }

    /// <summary>Plans a call; of functions that yield a scalar.</summary>
    public Func<FunctionCall, ScalarColumn>? Scalar { get; init; }

    /// <summary>Whether it reads the time of the step, so that a call differs from step to step even where <c>@</c> fixes all its selectors.</summary>
    public bool ReadsStepTime { get; init; }

    /// <summary>Whether it changes labels, so that series of one name may be told apart by nothing else afterwards.</summary>
    public bool ChangesLabels { get; init; }
}
