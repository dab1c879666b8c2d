namespace Pharos.Query.GoTemplate;

/// <summary>One directive's flags: <c>%[flags][width][.precision]verb</c>.</summary>
record struct FormatDirective(bool Minus, bool Plus, bool Sharp, bool Space, bool Zero, int Width, int Precision)
{
    public static readonly FormatDirective Plain = new() { Width = -1, Precision = -1 };
}
