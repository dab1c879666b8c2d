namespace Pharos.Query.PromQL;

/// <summary>The four kinds of result, named as in Prometheus' API.</summary>
public enum ValueKind : byte
{
    Scalar,
    String,
    Vector,
    Matrix,
}
