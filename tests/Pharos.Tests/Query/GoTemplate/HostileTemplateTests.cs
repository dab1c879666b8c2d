using System.Text;
using Pharos.Query.GoTemplate;
using Pharos.Query.GoTemplate.Execution;

namespace Pharos.Tests.Query.GoTemplate;

/// <summary>No template may run for ever, grow without bound or end the process.</summary>
public class HostileTemplateTests
{
    [Theory]
    [InlineData("{{range 9223372036854775807}}{{end}}", "exceeded the limit of 1000000 steps")]
    [InlineData("{{range 100000}}{{range 100000}}{{end}}{{end}}", "exceeded the limit of 1000000 steps")]
    [InlineData("{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}", "exceeded maximum template depth (1000)")]
    [InlineData("{{define \"x\"}}{{template \"y\" .}}{{end}}{{define \"y\"}}{{template \"x\" .}}{{end}}{{template \"x\" 1}}", "exceeded maximum template depth (1000)")]
    [InlineData("{{define \"x\"}}{{range 2}}{{template \"x\"}}{{end}}{{end}}{{template \"x\"}}", "exceeded maximum template depth (1000)")]
    [InlineData("{{$x := \"ab\"}}{{range 60}}{{$x = print $x $x}}{{end}}", "of text in memory")]
    [InlineData("{{$x := \"ab\"}}{{range 60}}{{$x = printf \"%s%s\" $x $x}}{{end}}", "of text in memory")]
    [InlineData("{{$x := \"<<\"}}{{range 60}}{{$x = html $x}}{{end}}{{range 60}}{{$x = print $x $x}}{{end}}", "of text in memory")]
    [InlineData("{{printf \"%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d%1000000d\" 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1}}", "of text in memory")]
    [InlineData("{{range 10}}{{printf \"%900000d\" 1}}{{end}}", "exceeded the limit of 1048576 characters of output")]
    [InlineData("{{range 100000}}12345678901234567890{{end}}", "exceeded the limit of 1048576 characters of output")]
    public void A_template_without_end_is_stopped(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<TemplateExecutionException>(() => Run(text)).Message);

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("not (", "1", ")")]
    public void Nesting_of_parentheses_is_bounded(string open, string inner, string close)
    {
        var text = $"{{{{{string.Concat(Enumerable.Repeat(open, 10_000))}{inner}{string.Concat(Enumerable.Repeat(close, 10_000))}}}}}";

        Assert.Equal("template: t:1: nested deeper than 500 levels", Assert.Throws<TemplateSyntaxException>(() => Run(text)).Message);
    }

    [Theory]
    [InlineData("{{if 1}}", "{{end}}")]
    [InlineData("{{range 1}}", "{{end}}")]
    [InlineData("{{if 0}}{{else if 1}}", "")]
    public void Nesting_of_blocks_is_bounded(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 10_000)) + string.Concat(Enumerable.Repeat(close, 10_000));

        Assert.Throws<TemplateSyntaxException>(() => Run(text));
    }

    [Fact]
    public void As_many_else_ifs_as_one_likes_are_bounded_too()
    {
        var text = new StringBuilder("{{if 0}}");
        for (var i = 0; i < 10_000; i++) text.Append("{{else if 0}}");

        Assert.Equal("template: t:1: nested deeper than 500 levels", Assert.Throws<TemplateSyntaxException>(() => Run(text.Append("{{end}}").ToString())).Message);
    }

    [Fact]
    public void The_deepest_allowed_nesting_in_the_deepest_allowed_calls_does_not_end_the_process()
    {
        var body = string.Concat(Enumerable.Repeat("{{if 1}}", 450)) + "{{template \"x\"}}" + string.Concat(Enumerable.Repeat("{{end}}", 450));

        var error = Assert.Throws<TemplateExecutionException>(() => Run($"{{{{define \"x\"}}}}{body}{{{{end}}}}{{{{template \"x\"}}}}"));

        Assert.Contains("exceeded", error.Message);
    }

    [Fact]
    public void Time_is_bounded()
    {
        var limits = new TemplateLimits { MaxSteps = int.MaxValue, MaxTime = TimeSpan.FromMilliseconds(20) };

        var error = Assert.Throws<TemplateExecutionException>(() => Run("{{range 9223372036854775807}}{{end}}", limits));

        Assert.Contains("exceeded the limit of 0.02 s", error.Message);
    }

    [Fact]
    public void A_run_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => Run("{{range 100000}}{{end}}", cancellation: cancelled.Token));
    }

    [Fact]
    public void Random_text_parses_or_is_refused_and_nothing_else()
    {
        string[] pieces = ["{{", "}}", "{{-", "-}}", " ", "if ", "else", "end", "range ", "define ", "\"x\"", "template ", ".", "$x", ":=", "=", "|", "(", ")", "1", "'", "`", "\\", "/*", "*/", "block ", "with ", "\n", "print ", ",", "ü", "\0", "\ud800"];
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Run(text);
            }
            catch (TemplateException)
            {
                // Refused with a reason: as good as an output.
            }
        }
    }

    static string Run(string text, TemplateLimits? limits = null, CancellationToken cancellation = default) =>
        TemplateSet.Empty(TemplateFunctionSet.GoOnly).With("t", text).Execute("t", TemplateValue.Nil, Some.Run(limits, cancellation));
}
