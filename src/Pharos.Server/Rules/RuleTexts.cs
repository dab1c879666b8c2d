using Pharos.Server.Rules.Languages;
using Pharos.Server.Rules.Templates;

namespace Pharos.Server.Rules;

/// <summary>Checks the texts that rule files hold.</summary>
static class RuleTexts
{
    /// <summary>Why an expression is none of that language; null when it is.</summary>
    public static TextFault? FaultOfExpression(RuleLanguage language, string text) => language.Read(text).Fault;

    /// <summary>Why a label or annotation of an alert is no template; null when it is.</summary>
    public static TextFault? FaultOfTemplate(string alert, string text) =>
        new RuleTemplate(alert, text).Fault is { } fault ? new(fault.Line, RuleTemplate.OwnColumn(fault), fault.Reason) : null;
}
