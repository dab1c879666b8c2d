using Pharos.Query.GoTemplate;
using Pharos.Query.GoTemplate.Execution;
using Pharos.Query.GoTemplate.Html;

namespace Pharos.Tests.Query.GoTemplate.Html;

/// <summary>A hostile text lands in each kind of place of a page, and stays a text.</summary>
public class HtmlPlaceTests
{
    static readonly TemplateFunctionSet Functions = new(
    [
        TemplateFunction.Of("safeHtml", (arguments, _) => SafeText.Html(arguments.Text(0)), TemplateType.String),
        TemplateFunction.Of("safeUrl", (arguments, _) => SafeText.Url(arguments.Text(0)), TemplateType.String),
    ]);

    [Theory]
    [InlineData("<p>{{ . }}</p>", "<b>&\"'+", "<p>&lt;b&gt;&amp;&#34;&#39;&#43;</p>")]
    [InlineData("<p>{{ . | safeHtml }}</p>", "<b>x</b>", "<p><b>x</b></p>")]
    [InlineData("<p>{{ . | html }}</p>", "<b>", "<p>&lt;b&gt;</p>")]
    [InlineData("a < b {{ . }}", "c", "a &lt; b c")]
    [InlineData("<!-- secret {{ . }} --><i>{{ . }}</i>", "x", "<i>x</i>")]
    [InlineData("<!DOCTYPE html><title>{{ . }}</title>", "</title><script>", "<!DOCTYPE html><title>&lt;/title&gt;&lt;script&gt;</title>")]
    [InlineData("<a title='{{ . }}'>", "' onclick='x", "<a title='&#39; onclick=&#39;x'>")]
    [InlineData("<a title='{{ . | safeHtml }}'>", "<b>x</b> &amp; y", "<a title='x &amp; y'>")]
    [InlineData("<a title={{ . }}>", "a b=c`>", "<a title=a&#32;b&#61;c&#96;&gt;>")]
    [InlineData("<a title={{ . }}>", "", "<a title=ZgotmplZ>")]
    [InlineData("<a {{ . }}=1>", "onclick", "<a ZgotmplZ=1>")]
    [InlineData("<a {{ . }}=1>", "title", "<a title=1>")]
    [InlineData("<a href=\"{{ . }}\">", "javascript:alert(1)", "<a href=\"#ZgotmplZ\">")]
    [InlineData("<a href=\"{{ . }}\">", "JAVASCRIPT:alert(1)", "<a href=\"#ZgotmplZ\">")]
    [InlineData("<a href=\"{{ . }}\">", "https://x/?a=b c&d=%20'", "<a href=\"https://x/?a=b%20c&amp;d=%20%27\">")]
    [InlineData("<a href=\"/x?q={{ . }}\">", "a&b=ü", "<a href=\"/x?q=a%26b%3d%c3%bc\">")]
    [InlineData("<a href=\"/x?q={{ . | urlquery }}\">", "a b&", "<a href=\"/x?q=a&#43;b%26\">")]
    [InlineData("<a href=\"/x?{{ . | safeUrl }}\">", "a=b&c", "<a href=\"/x?a=b&amp;c\">")]
    [InlineData("<a data-src=\"{{ . }}\">", "javascript:x", "<a data-src=\"#ZgotmplZ\">")]
    [InlineData("<a onclick=\"go({{ . }})\">", "\"</script>", "<a onclick=\"go( &#34;\\&#34;\\u003c/script\\u003e&#34; )\">")]
    [InlineData("<script>var x = {{ . }};</script>{{ . }}", "</script>'", "<script>var x =  \"\\u003c/script\\u003e'\" ;</script>&lt;/script&gt;&#39;")]
    [InlineData("<script>var x = '{{ . }}';</script>", "';alert(1)//", "<script>var x = '\\u0027;alert(1)\\/\\/';</script>")]
    [InlineData("<script>/* {{ . }} */ x // {{ . }}\n</script>", "*/ evil", "<script>/*  */ x // \n</script>")]
    [InlineData("<p style=\"color: {{ . }}\">", "red", "<p style=\"color: red\">")]
    [InlineData("<p style=\"color: {{ . }}\">", "red; background: url(x)", "<p style=\"color: ZgotmplZ\">")]
    [InlineData("<p style=\"width: {{ . }}\">", "exp/**/ression(1)", "<p style=\"width: ZgotmplZ\">")]
    [InlineData("<style>p { font: '{{ . }}' }</style>", "'}</style>", "<style>p { font: '\\27 \\7d \\3c \\2f style\\3e ' }</style>")]
    [InlineData("<iframe srcdoc=\"{{ . }}\">", "<b>", "<iframe srcdoc=\"&amp;lt;b&amp;gt;\">")]
    public void What_came_from_data_stays_text(string template, string value, string expected) => Assert.Equal(expected, Execute(template, TemplateValue.From(value)));

    [Fact]
    public void Places_are_followed_through_branches_loops_and_called_templates()
    {
        const string Text = """{{ define "u" }}http://x/{{ . }}{{ end }}{{ range . }}<a href="{{ template "u" . }}">{{ if . }}{{ . }}{{ end }}</a>{{ end }}""";

        Assert.Equal("<a href=\"http://x/a%20b\">a b</a><a href=\"http://x/%3cc\">&lt;c</a>", Execute(Text, ListValue.Of(["a b", "<c"])));
    }

    [Fact]
    public void Nothing_is_written_for_a_missing_value() => Assert.Equal("<p></p>", Execute("<p>{{ . }}</p>", TemplateValue.Nil));

    /// <summary>Whatever the data, an element that the template opened in quotes is not left: no quote and no sign of a tag gets through.</summary>
    [Fact]
    public void No_random_text_breaks_out_of_its_place()
    {
        var random = new Random(7);
        const string Odd = "<>\"'`=/&;:()\\ -!?#%{}\0\n\u2028aj";
        string[] templates = ["<p>{{ . }}</p>", "<p title=\"{{ . }}\"></p>", "<p title={{ . }}></p>", "<a href='{{ . }}'></a>", "<b onclick=\"f('{{ . }}')\"></b>", "<i style=\"a: '{{ . }}'\"></i>"];
        for (var round = 0; round < 2_000; round++)
        {
            var value = new string([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Odd[random.Next(Odd.Length)])]);
            var template = templates[round % templates.Length];
            var page = Execute(template, TemplateValue.From(value));
            Assert.Equal(template.Count(c => c is '<' or '>'), page.Count(c => c is '<' or '>'));
            Assert.Equal(template.Replace("{{ . }}", "").Count(c => c is '"' or '\''), page.Count(c => c is '"' or '\''));
        }
    }

    static string Execute(string text, TemplateValue data) =>
        TemplateSet.Empty(Functions).With("page", text).ExecuteHtml("page", data, new(TemplateLimits.Default, TimeProvider.System));
}
