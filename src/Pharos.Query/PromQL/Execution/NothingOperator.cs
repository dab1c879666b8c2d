namespace Pharos.Query.PromQL.Execution;

/// <summary>A vector without series.</summary>
sealed class NothingOperator : VectorOperator
{
    public override bool Next(VectorBatch batch) => false;
}
