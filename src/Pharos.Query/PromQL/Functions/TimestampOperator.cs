using Pharos.Query.PromQL.Execution;

namespace Pharos.Query.PromQL.Functions;

/// <summary>timestamp() of a computed vector: each sample's time is that of its step.</summary>
sealed class TimestampOperator(VectorOperator inner, ScalarColumn times) : VectorOperator
{
    public override bool Next(VectorBatch batch)
    {
        if (!inner.Next(batch)) return false;
        for (var row = 0; row < batch.Count; row++)
        {
            times.Values().CopyTo(batch.Values(row));
            batch.SetLane(row, null);
            batch.SetDropsName(row, true);
        }
        return true;
    }

    public override void Dispose() => inner.Dispose();
}
