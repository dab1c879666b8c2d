namespace Pharos.Query.PromQL.Execution;

/// <summary>A node of the plan: yields an instant vector over all steps of its grid, batch by batch.</summary>
/// <remarks>Threads: one. Operators own their inputs and dispose them.</remarks>
abstract class VectorOperator : IDisposable
{
    /// <summary>Fills the batch anew; false when there are no more rows. May yield rows without samples and, rarely, empty batches.</summary>
    public abstract bool Next(VectorBatch batch);

    public virtual void Dispose()
    {
    }
}
