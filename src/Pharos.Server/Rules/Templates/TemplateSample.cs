using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;

namespace Pharos.Server.Rules.Templates;

/// <summary>One element of what <c>query</c> gives to a template: labels, the name among them, and a value.</summary>
sealed class TemplateSample(LabelSet labels, TemplateValue value)
{
    public static readonly TemplateType Type = new TemplateType("template.sample", TemplateKind.Struct) { IsPointer = true }
        .Field<TemplateSample>("Labels", sample => sample.LabelMap)
        .Field<TemplateSample>("Value", sample => sample.Value);

    /// <summary>The list that <c>query</c> returns.</summary>
    public static readonly TemplateType ListType = new("template.queryResult", TemplateKind.List, Type);

    readonly Lazy<MapValue> map = new(() => ToMap(labels), LazyThreadSafetyMode.None);

    public LabelSet Labels => labels;

    public TemplateValue Value => value;

    MapValue LabelMap => map.Value;

    public static MapValue ToMap(LabelSet labels) => MapValue.Of(labels.Select(label => (label.Name, label.Value)));
}
