using Pharos.Query.GoTemplate;
using Pharos.Query.GoTemplate.Execution;

namespace Pharos.Tests.Query.GoTemplate;

public class TemplateTests
{
    static readonly TemplateType PersonType = new TemplateType("main.Person", TemplateKind.Struct)
        .Field<string>("Name", TemplateValue.From)
        .Method("Greet", (self, arguments, _) => TemplateValue.From($"{arguments.Text(0)} {((StructValue)self).Instance}"), TemplateType.String);

    static readonly TemplateValue Data = new MapValue(
        [
            ("name", TemplateValue.From("Ada")),
            ("count", TemplateValue.From(3L)),
            ("ratio", TemplateValue.From(0.5)),
            ("none", TemplateValue.Nil),
            ("yes", TemplateValue.True),
            ("empty", ListValue.Of([])),
            ("list", ListValue.Of(["a", "b", "c"])),
            ("map", MapValue.Of([("y", "2"), ("x", "1")])),
            ("person", new StructValue("Ada", PersonType)),
            ("add", new FunctionValue(TemplateFunction.Of("add", (a, _) => TemplateValue.From(a.Whole(0) + a.Whole(1)), TemplateType.Int, TemplateType.Int))),
        ],
        TemplateType.AnyMap);

    [Theory]
    // Text, actions, trimming, comments.
    [InlineData("plain", "plain")]
    [InlineData("a {{.name}} b", "a Ada b")]
    [InlineData("a {{- .name -}} b", "aAdab")]
    [InlineData("a\n\t {{- 1}} {{2 -}} \n b", "a1 2b")]
    [InlineData("a{{/* a comment }} */}}b", "ab")]
    [InlineData("a {{- /* c */ -}} b", "ab")]
    [InlineData("{{3}}{{-3}}{{- 3}}", "3-33")]
    [InlineData("{{ \n 1 \n }}", "1")]
    // Literals.
    [InlineData("{{1.5}} {{1e3}} {{0x1F}} {{0b101}} {{0o17}} {{017}} {{1_000}} {{'a'}} {{-7}} {{true}}", "1.5 1000 31 5 15 15 1000 97 -7 true")]
    [InlineData("{{1000000.0}} {{0.00001}} {{123456789.5}}", "1e+06 1e-05 1.234567895e+08")]
    [InlineData("{{\"q\\\"\\t\\u00e9\\x41\\101\"}} {{`raw\\n`}}", "q\"\té" + "AA raw\\n")]
    // Fields, methods, missing keys.
    [InlineData("{{.map.x}}{{.map.missing}}|{{.missing}}|{{.none}}|{{.missing.deep.er}}", "1|<no value>|<no value>|<no value>")]
    [InlineData("{{.person.Name}} {{.person.Greet \"Hi\"}} {{\"Ho\" | .person.Greet}}", "Ada Hi Ada Ho Ada")]
    [InlineData("{{(index .list 1)}} {{(.person).Name}} {{$.name}}", "b Ada Ada")]
    // Pipelines and variables.
    [InlineData("{{.name | printf \"%s-%s\" \"x\"}}", "x-Ada")]
    [InlineData("{{$x := 1}}{{$x}}{{$x = 2}}{{$x}}", "12")]
    [InlineData("{{$x := 1}}{{if true}}{{$x = 2}}{{$y := 3}}{{end}}{{$x}}", "2")]
    [InlineData("{{with $x := .map}}{{$x.y}}{{.x}}{{end}}", "21")]
    // Branches.
    [InlineData("{{if .none}}a{{else if .yes}}b{{else}}c{{end}}", "b")]
    [InlineData("{{if .empty}}a{{else}}c{{end}}{{if 0}}a{{end}}{{if \"\"}}a{{end}}{{if 0.0}}a{{end}}{{if .map}}m{{end}}", "cm")]
    [InlineData("{{with .none}}a{{else with .name}}{{.}}{{else}}c{{end}}", "Ada")]
    [InlineData("{{with .none}}a{{else}}{{.name}}{{end}}", "Ada")]
    // Loops.
    [InlineData("{{range .list}}{{.}},{{end}}", "a,b,c,")]
    [InlineData("{{range $i, $e := .list}}{{$i}}{{$e}}{{end}}", "0a1b2c")]
    [InlineData("{{range $k, $v := .map}}{{$k}}={{$v}};{{end}}", "x=1;y=2;")]
    [InlineData("{{range $e := .list}}{{$e}}{{end}}{{range .empty}}x{{else}}none{{end}}", "abcnone")]
    [InlineData("{{range 3}}{{.}}{{end}}{{range $i := 2}}{{$i}}{{end}}{{range 0}}x{{else}}-{{end}}", "01201-")]
    [InlineData("{{range .list}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}", "ac")]
    [InlineData("{{range .list}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}", "a")]
    [InlineData("{{$last := \"\"}}{{range .list}}{{$last = .}}{{end}}{{$last}}", "c")]
    [InlineData("{{range $i, $e := .list}}{{if $i}}, {{end}}{{range $j, $_ := $.list}}{{$j}}{{end}}{{end}}", "012, 012, 012")]
    [InlineData("{{range .none}}x{{else}}e{{end}}", "e")]
    // Templates.
    [InlineData("{{define \"tt\"}}<{{.}}>{{end}}{{template \"tt\" .name}}{{template \"tt\"}}", "<Ada><<no value>>")]
    [InlineData("{{block \"b\" .list}}{{len .}}{{end}}", "3")]
    [InlineData("{{define \"f\"}}{{if gt . 0}}{{.}}{{template \"f\" (slice $.rest 1 | len)}}{{end}}{{end}}x", "x")]
    [InlineData("{{template \"later\" 1}}{{define \"later\"}}{{.}}!{{end}}", "1!")]
    [InlineData("{{$x := 1}}{{define \"tt\"}}{{$x := 2}}{{$x}}{{end}}{{template \"tt\"}}{{$x}}", "21")]
    // Builtins.
    [InlineData("{{and 1 0 (index .list 9)}} {{or 0 \"x\" (index .list 9)}} {{not 0}} {{and true .name}} {{1 | and 2}}", "0 x true Ada 1")]
    [InlineData("{{eq 1 1}} {{eq 1 2 1}} {{ne \"a\" \"b\"}} {{lt 1 2}} {{le 2.0 2.0}} {{gt \"b\" \"a\"}} {{ge 1 2}} {{eq .none nil}}", "true true true true true true false true")]
    [InlineData("{{index .list 1}} {{index .map \"x\"}} {{index .map \"nope\"}} {{index \"abc\" 1}} {{len \"äb\"}} {{len .map}}", "b 1  98 3 2")]
    [InlineData("{{slice \"hello\" 1 3}} {{slice .list 1}} {{slice .list 0 1}}", "el [b c] [a]")]
    [InlineData("{{print 1 2 \"a\" 3 4}}|{{println 1 \"a\"}}|{{print}}", "1 2a3 4|1 a\n|")]
    [InlineData("{{html \"<a href='x'>&\\\"\"}} {{js \"it's <b>\"}} {{urlquery \"a b&c/ü\"}}", "&lt;a href=&#39;x&#39;&gt;&amp;&#34; it\\'s \\u003Cb\\u003E a+b%26c%2F%C3%BC")]
    [InlineData("{{call .add 1 2}}", "3")]
    [InlineData("{{.list}} {{.map}} {{.person}} {{printf \"%v\" .none}}", "[a b c] map[x:1 y:2] {Ada} <nil>")]
    public void A_template_gives_what_Go_gives(string text, string expected) => Assert.Equal(expected, Run(text));

    [Theory]
    [InlineData("%d|%5d|%-5d|%05d|%+d|%x|%X|%#x|%o|%b|%c|%q|%U", "42|   42|42   |00042|+42|2a|2A|0x2a|52|101010|*|'*'|U+002A", 42L)]
    [InlineData("%v|%g|%f|%.2f|%e|%8.3f|%-8.1f|%08.2f|%+.1f|%G", "2.5|2.5|2.500000|2.50|2.500000e+00|   2.500|2.5     |00002.50|+2.5|2.5", 2.5)]
    [InlineData("%s|%q|%x|%5s|%-5s|%.2s|%T", "abc|\"abc\"|616263|  abc|abc  |ab|string", "abc")]
    [InlineData("%d|%s|%z", "%!d(float64=1.5)|%!s(float64=1.5)|%!z(float64=1.5)", 1.5)]
    [InlineData("%t|%v|%d|%5.1f|%08.3f", "true|true|%!d(bool=true)|%!f(bool= true)|%!f(bool=0000true)", true)]
    [InlineData("%x|%X|%.2x|%+.3x|%10x|%010x|%b", "0x1.34ap+10|0X1.34AP+10|0x1.35p+10|+0x1.34ap+10|0x1.34ap+10|0x1.34ap+10|5429388417957888p-42", 1234.5)]
    [InlineData("%x|%.0x|%.15x|%b", "-0x1.999999999999ap-04|-0x1p-03|-0x1.999999999999a00p-04|-7205759403792794p-56", -0.1)]
    [InlineData("%x|%.2x|%12x|%-8x|%b", "0x0p+00|0x0.00p+00|     0x0p+00|0x0p+00 |0p-1074", 0.0)]
    [InlineData("%x|%z", "0x1p-1074|%!z(float64=5e-324)", 5e-324)]
    [InlineData("%5.1f|%+d", "%!f(string=    a)|%!d(string=abc)", "abc")]
    public void Printf_formats_as_Go_does(string format, string expected, object value)
    {
        var verbs = format.Split('|');
        var argument = value switch
        {
            long whole => TemplateValue.From(whole),
            double fractional => TemplateValue.From(fractional),
            bool boolean => TemplateValue.From(boolean),
            _ => TemplateValue.From((string)value),
        };

        Assert.Equal(expected.Split('|'), verbs.Select(verb => new GoPrinter(10_000).Format(verb, [argument])));
    }

    [Theory]
    [InlineData("{{printf \"%d %d\" 1}}", "1 %!d(MISSING)")]
    [InlineData("{{printf \"%d\" 1 2 \"x\"}}", "1%!(EXTRA int=2, string=x)")]
    [InlineData("{{printf \"%!\" 1}}", "%!!(int=1)")]
    [InlineData("{{printf \"50%%\"}}", "50%")]
    [InlineData("{{printf \"%-3s|%q\" .map .map}}", "map[x  :1   y  :2  ]|map[\"x\":\"1\" \"y\":\"2\"]")]
    [InlineData("{{printf \"%d\" .map}}", "map[%!d(string=x):%!d(string=1) %!d(string=y):%!d(string=2)]")]
    [InlineData("{{printf \"%\"}}", "%!(NOVERB)")]
    [InlineData("{{printf \"%[2]d %[1]d\" 1 2}}", "2 1")]
    [InlineData("{{printf \"%[5]d\" 1}}", "%!d(BADINDEX)")]
    [InlineData("{{printf \"%*d|%-*d|\" 4 1 4 2}}", "   1|2   |")]
    [InlineData("{{printf \"%9999999d\" 1}}", "%!(BADWIDTH)1")]
    [InlineData("{{printf \"%s %d\" (slice .list 0 2) (len .list)}}", "[a b] 3")]
    [InlineData("{{printf \"%q\" .list}}", "[\"a\" \"b\" \"c\"]")]
    [InlineData("{{printf \"%+v\" .person}}", "{Name:Ada}")]
    public void Printf_tells_of_what_does_not_fit(string text, string expected) => Assert.Equal(expected, Run(text));

    [Theory]
    [InlineData("{{", "template: t:1: unclosed action")]
    [InlineData("x\n{{.a", "template: t:2: unclosed action")]
    [InlineData("{{.a\n\n", "template: t:3: unclosed action started at t:1")]
    [InlineData("{{}}", "template: t:1: missing value for command")]
    [InlineData("{{nope 1}}", "template: t:1: function \"nope\" not defined")]
    [InlineData("{{$x}}", "template: t:1: undefined variable \"$x\"")]
    [InlineData("{{if true}}", "template: t:1: unexpected EOF")]
    [InlineData("{{end}}", "template: t:1: unexpected {{end}}")]
    [InlineData("{{else}}", "template: t:1: unexpected {{else}}")]
    [InlineData("{{if true}}{{else}}{{else}}{{end}}", "template: t:1: expected end; found {{else}}")]
    [InlineData("{{break}}", "template: t:1: {{break}} outside {{range}}")]
    [InlineData("{{range .}}{{define \"x\"}}{{end}}{{end}}", "template: t:1: unexpected <define> in command")]
    [InlineData("{{\"abc}}", "template: t:1: unterminated quoted string")]
    [InlineData("{{`abc}}", "template: t:1: unterminated raw quoted string")]
    [InlineData("{{(1}}", "template: t:1: unclosed left paren")]
    [InlineData("{{1)}}", "template: t:1: unexpected right paren")]
    [InlineData("{{/* x", "template: t:1: unclosed comment")]
    [InlineData("{{/* x */ y}}", "template: t:1: comment ends before closing delimiter")]
    [InlineData("{{ 1 | 2 }}", "template: t:1: non executable command in pipeline stage 2")]
    [InlineData("{{ 1.. }}", "template: t:1: unexpected <.> in operand")]
    [InlineData("{{ 12ab }}", "template: t:1: bad number syntax: \"12a\"")]
    [InlineData("{{ 99999999999999999999 }}", "template: t:1: illegal number syntax: \"99999999999999999999\"")]
    [InlineData("{{ \u00a0 }}", "template: t:1: unrecognized character in action: U+00A0")]
    [InlineData("{{ 1 : 2 }}", "template: t:1: expected :=")]
    [InlineData("{{ $a, $b := 1 }}", "template: t:1: too many declarations in command")]
    [InlineData("{{ true.x }}", "template: t:1: unexpected . after term \"true\"")]
    [InlineData("{{template 1}}", "template: t:1: unexpected \"1\" in template clause")]
    [InlineData("{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}", "template: t:1: multiple definition of template \"a\"")]
    public void A_faulty_template_is_refused_in_Gos_words(string text, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateSyntaxException>(() => Parse(text)).Message);

    [Theory]
    [InlineData("{{index .list 5}}", "template: t:1:2: executing \"t\" at <index .list 5>: error calling index: index out of range: 5")]
    [InlineData("{{index .none 0}}", "template: t:1:2: executing \"t\" at <index .none 0>: error calling index: index of untyped nil")]
    [InlineData("{{index .list \"x\"}}", "template: t:1:2: executing \"t\" at <index .list \"x\">: error calling index: cannot index slice/array with type string")]
    [InlineData("{{.name.x}}", "template: t:1:7: executing \"t\" at <.name.x>: can't evaluate field x in type string")]
    [InlineData("{{len 3}}", "template: t:1:2: executing \"t\" at <len 3>: error calling len: len of type int")]
    [InlineData("{{lt 1 \"a\"}}", "template: t:1:2: executing \"t\" at <lt 1 \"a\">: error calling lt: incompatible types for comparison")]
    [InlineData("{{eq 1 1.0}}", "template: t:1:2: executing \"t\" at <eq 1 1.0>: error calling eq: incompatible types for comparison")]
    [InlineData("{{eq 1}}", "template: t:1:2: executing \"t\" at <eq 1>: error calling eq: missing argument for comparison")]
    [InlineData("{{not}}", "template: t:1:2: executing \"t\" at <not>: wrong number of args for not: want 1 got 0")]
    [InlineData("{{printf 1}}", "template: t:1:9: executing \"t\" at <1>: expected string; found 1")]
    [InlineData("{{printf .count}}", "template: t:1:9: executing \"t\" at <.count>: wrong type for value; expected string; got int")]
    [InlineData("{{.name 1}}", "template: t:1:2: executing \"t\" at <.name>: name is not a method but has arguments")]
    [InlineData("{{1 2}}", "template: t:1:2: executing \"t\" at <1>: can't give argument to non-function 1")]
    [InlineData("{{nil}}", "template: t:1:2: executing \"t\" at <nil>: nil is not a command")]
    [InlineData("{{template \"x\"}}", "template: t:1:2: executing \"t\" at <{{template \"x\"}}>: template \"x\" not defined")]
    [InlineData("{{range .name}}{{end}}", "template: t:1:8: executing \"t\" at <.name>: range can't iterate over Ada")]
    [InlineData("ä\nü{{.name.x}}", "template: t:2:9: executing \"t\" at <.name.x>: can't evaluate field x in type string")]
    [InlineData("{{.add}}", "template: t:1:2: executing \"t\" at <.add>: can't print .add of type func")]
    public void A_failing_template_says_where_in_Gos_words(string text, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateExecutionException>(() => Run(text)).Message);

    [Fact]
    public void A_set_keeps_templates_of_several_texts_and_lets_later_ones_replace_them()
    {
        var set = TemplateSet.Empty(TemplateFunctionSet.GoOnly).With("defaults", "{{define \"a\"}}old{{end}}{{define \"b\"}}b{{end}}");

        var replaced = set.With("own", "{{define \"a\"}}new{{end}}").With("main", "{{template \"a\"}}{{template \"b\"}}");

        Assert.Equal("newb", replaced.Execute("main", TemplateValue.Nil, Some.Run()));
        Assert.False(set.Contains("main"));
    }

    static string Run(string text) => Parse(text).Execute("t", Data, Some.Run());

    static TemplateSet Parse(string text) => TemplateSet.Empty(TemplateFunctionSet.GoOnly).With("t", text);
}
