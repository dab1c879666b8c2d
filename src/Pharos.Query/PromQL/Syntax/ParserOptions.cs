namespace Pharos.Query.PromQL.Syntax;

/// <summary>What the parser accepts: the functions that there are, and how large a query may be.</summary>
public sealed record ParserOptions
{
    /// <summary>By name.</summary>
    public required IReadOnlyDictionary<string, FunctionSignature> Functions { get; init; }

    /// <summary>Deepest nesting of expressions; beyond, the query is refused rather than the stack overflown.</summary>
    public int MaxDepth { get; init; } = 500;

    /// <summary>Tallest tree of operators: the longest chain, and chains within chains.</summary>
    public int MaxHeight { get; init; } = 1_000;

    /// <summary>Longest query in characters: room for 16,000 long names of hosts.</summary>
    public int MaxLength { get; init; } = 4_000_000;
}
