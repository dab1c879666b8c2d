using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Tests.Query.PromQL.Planning;

public sealed class FunctionCatalogueTests
{
    public static TheoryData<string> Names => [.. FunctionCatalogue.Signatures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_that_the_parser_knows_is_planned_as_its_types_say(string name)
    {
        var signature = FunctionCatalogue.Signatures[name];
        var call = (CallExpr)PromQlEngine.Parse($"{name}({string.Join(", ", Enumerable.Range(0, signature.MinArguments).Select(index => Argument(signature.ArgumentKind(index))))})");

        var function = FunctionCatalogue.Of(call);

        Assert.Same(signature, function.Signature);
        Assert.Equal(signature.Result == ValueKind.Vector, function.Vector is not null);
        Assert.Equal(signature.Result == ValueKind.Scalar, function.Scalar is not null);
    }

    [Theory]
    [InlineData("START()", "start")]
    [InlineData("Min_Of(1, 2)", "min_of")]
    public void Keywords_are_read_in_any_case(string text, string name) => Assert.Equal(name, ((CallExpr)PromQlEngine.Parse(text)).Function.Name);

    [Fact]
    public void Other_functions_are_read_in_their_own_case_alone() =>
        Assert.Equal("1:1: parse error: unknown function with name \"RATE\"", Assert.Throws<PromQlSyntaxException>(() => PromQlEngine.Parse("RATE(x[5m])")).Message);

    static string Argument(ValueKind kind) => kind switch
    {
        ValueKind.Scalar => "1",
        ValueKind.String => "\"text\"",
        ValueKind.Matrix => "up[5m]",
        _ => "up",
    };
}
