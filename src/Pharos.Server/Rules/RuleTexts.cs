using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Syntax;
using Pharos.Server.Rules.Templates;

namespace Pharos.Server.Rules;

/// <summary>A fault inside a text: 1-based place in it and what is wrong.</summary>
readonly record struct TextFault(int Line, int Column, string Message);

/// <summary>Checks the two languages that rule files hold.</summary>
static class RuleTexts
{
    /// <summary>Why an expression is no PromQL; null when it is.</summary>
    public static TextFault? FaultOfExpression(string text)
    {
        try
        {
            PromQlParser.Parse(text);
            return null;
        }
        catch (PromQlSyntaxException error)
        {
            return new(error.Line, error.Column, error.Reason);
        }
    }

    /// <summary>Why a label or annotation of an alert is no template; null when it is.</summary>
    public static TextFault? FaultOfTemplate(string alert, string text) =>
        new RuleTemplate(alert, text).Fault is { } fault ? new(fault.Line, RuleTemplate.OwnColumn(fault), fault.Reason) : null;
}
