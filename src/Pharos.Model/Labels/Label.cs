namespace Pharos.Model.Labels;

/// <summary>One name and value, as text. Names are any non-empty UTF-8 text; an empty value means "no such label".</summary>
public readonly record struct Label(string Name, string Value);
