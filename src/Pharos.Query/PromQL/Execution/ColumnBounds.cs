using Pharos.Model.Reading;

namespace Pharos.Query.PromQL.Execution;

/// <summary>The window bounds of a batch's time columns, each computed when it is first asked for.</summary>
/// <remarks>Kept from batch to batch, so that the arrays inside are used again; one thread.</remarks>
sealed class ColumnBounds(WindowPlan plan)
{
    readonly List<WindowBounds> bounds = [];
    readonly List<bool> computed = [];

    /// <summary>The batch was filled anew: its columns are others.</summary>
    public void Forget() => computed.Clear();

    public WindowBounds Of(SeriesBatch batch, int column)
    {
        while (bounds.Count <= column) bounds.Add(new());
        while (computed.Count <= column) computed.Add(false);
        if (!computed[column])
        {
            bounds[column].Compute(batch.ColumnTimes(column), plan);
            computed[column] = true;
        }
        return bounds[column];
    }
}
