using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using Pharos.Model.Text;
using Pharos.Query.GoTemplate.Html;

namespace Pharos.Query.GoTemplate.Execution;

/// <summary>Walks the nodes of a template and writes its output: control flow, variables, pipelines.</summary>
/// <remarks>
/// <para>Errors: <see cref="TemplateExecutionException"/> in Go's words. Their "at" is the node visited last, as in Go, which is why the
/// visits of <see cref="At"/> follow Go's order exactly.</para>
/// <para>Threads: one, for one execution.</para>
/// </remarks>
/// <param name="page">Follows the output where that is a page of HTML; null: it is plain text.</param>
sealed partial class TemplateEvaluator(TemplateSet set, TemplateRun run, HtmlPlace? page)
{
    readonly StringBuilder output = new();
    List<(string Name, TemplateValue Value)> variables = [];
    ParsedTemplate template = null!;
    TemplateNode? node;
    int depth;

    enum Flow
    {
        Next,
        Break,
        Continue,
    }

    public string Execute(ParsedTemplate started, TemplateValue data)
    {
        template = started;
        variables.Add(("$", data));
        try
        {
            Walk(data, started.Body);
        }
        catch (TemplateFunctionException error)
        {
            Fail(error.Message); // A limit, met outside of any function; told from here, where there is stack to tell it.
        }
        return output.ToString();
    }

    Flow Walk(TemplateValue dot, TemplateNode visited)
    {
        At(visited);
        switch (visited)
        {
            case TextNode text:
                Write(page is null ? text.Text : page.Literal(text.Text));
                return Flow.Next;
            case ActionNode action:
                var value = EvaluatePipe(dot, action.Pipe);
                if (action.Pipe.Variables.Count == 0) Print(action, value);
                return Flow.Next;
            case ListNode list:
                foreach (var child in list.Nodes)
                {
                    var flow = Walk(dot, child);
                    if (flow != Flow.Next) return flow;
                }
                return Flow.Next;
            case BranchNode branch:
                EnsureStack();
                return branch.Kind == BranchKind.Range ? WalkRange(dot, branch) : WalkIfOrWith(dot, branch);
            case CallTemplateNode call:
                WalkTemplate(dot, call);
                return Flow.Next;
            case BreakNode:
                return Flow.Break;
            case ContinueNode:
                return Flow.Continue;
        }
        throw new System.Diagnostics.UnreachableException($"BUG: cannot walk a {visited.GetType().Name}");
    }

    Flow WalkIfOrWith(TemplateValue dot, BranchNode branch)
    {
        var mark = variables.Count;
        var value = EvaluatePipe(dot, branch.Pipe);
        var flow = Flow.Next;
        if (value.IsTrue) flow = Walk(branch.Kind == BranchKind.With ? value : dot, branch.Body);
        else if (branch.Otherwise is not null) flow = Walk(dot, branch.Otherwise);
        PopVariables(mark);
        return flow;
    }

    Flow WalkRange(TemplateValue dot, BranchNode branch)
    {
        var outer = variables.Count;
        var value = EvaluatePipe(dot, branch.Pipe);
        var mark = variables.Count; // The loop's own variables live below it.
        var turns = 0L;
        var flow = Flow.Next;
        switch (value)
        {
            case ListValue list:
                for (var i = 0; i < list.Items.Count && flow != Flow.Break; i++, turns++) flow = Turn(new IntValue(i), list.Items[i]);
                break;
            case MapValue map:
                foreach (var (key, item) in map.EntryList)
                {
                    flow = Turn(TemplateValue.From(key), item);
                    turns++;
                    if (flow == Flow.Break) break;
                }
                break;
            case IntValue count:
                if (branch.Pipe.Variables.Count > 1) Fail($"can't use {value} to iterate over more than one variable");
                for (; turns < count.Value && flow != Flow.Break; turns++) flow = Turn(new IntValue(turns, count.Type), new IntValue(turns, count.Type));
                break;
            case NilValue:
                break; // Nothing to range over is as good as an empty list.
            default:
                Fail($"range can't iterate over {value}");
                break;
        }
        if (turns == 0 && branch.Otherwise is not null)
        {
            flow = Walk(dot, branch.Otherwise);
            PopVariables(outer);
            return flow;
        }
        PopVariables(outer);
        return Flow.Next;

        Flow Turn(TemplateValue key, TemplateValue item)
        {
            SetLoopVariables(branch.Pipe, mark, key, item);
            var ended = Walk(item, branch.Body);
            PopVariables(mark);
            return ended;
        }
    }

    /// <summary>One variable takes the item, two take key and item. They were pushed by the pipeline, just below the mark.</summary>
    void SetLoopVariables(PipeNode pipe, int mark, TemplateValue key, TemplateValue item)
    {
        var count = pipe.Variables.Count;
        if (count == 0) return;
        var first = count == 1 ? item : key;
        if (pipe.Assigns)
        {
            SetVariable(pipe.Variables[0].Name, first);
            if (count > 1) SetVariable(pipe.Variables[1].Name, item);
            return;
        }
        variables[mark - count] = (pipe.Variables[0].Name, first);
        if (count > 1) variables[mark - 1] = (pipe.Variables[1].Name, item);
    }

    void WalkTemplate(TemplateValue dot, CallTemplateNode call)
    {
        var called = set.Find(call.Name);
        if (called is null) Fail($"template {GoText.Quote(call.Name)} not defined");
        if (depth == run.Limits.MaxDepth) throw new TemplateFunctionException($"exceeded maximum template depth ({depth})");
        EnsureStack();
        var data = call.Pipe is null ? TemplateValue.Nil : EvaluatePipe(dot, call.Pipe);
        var (outerTemplate, outerVariables) = (template, variables);
        template = called;
        variables = [("$", data)];
        depth++;
        Walk(data, called.Body);
        depth--;
        (template, variables) = (outerTemplate, outerVariables);
    }

    /// <summary>Nesting in the text is bounded and so are calls of templates, but not their product.</summary>
    void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new TemplateFunctionException($"exceeded maximum template depth ({depth})");
    }

    TemplateValue EvaluatePipe(TemplateValue dot, PipeNode pipe)
    {
        At(pipe);
        TemplateValue? value = null;
        foreach (var command in pipe.Commands) value = EvaluateCommand(dot, command, value);
        foreach (var variable in pipe.Variables)
        {
            if (pipe.Assigns) SetVariable(variable.Name, value!);
            else variables.Add((variable.Name, value!));
        }
        return value!;
    }

    TemplateValue FindVariable(string name)
    {
        for (var i = variables.Count - 1; i >= 0; i--)
        {
            if (variables[i].Name == name) return variables[i].Value;
        }
        Fail($"undefined variable: {name}");
        return TemplateValue.Nil;
    }

    void SetVariable(string name, TemplateValue value)
    {
        for (var i = variables.Count - 1; i >= 0; i--)
        {
            if (variables[i].Name != name) continue;
            variables[i] = (name, value);
            return;
        }
        Fail($"undefined variable: {name}");
    }

    void PopVariables(int mark) => variables.RemoveRange(mark, variables.Count - mark);

    void Print(ActionNode action, TemplateValue value)
    {
        if (value is FunctionValue) Fail($"can't print {action.Pipe} of type {value.Type.Name}");
        if (page is not null)
        {
            PrintEscaped(page, action, value);
            return;
        }
        Write(value.IsNil ? "<no value>" : new GoPrinter(run.RemainingChars).Print(value));
    }

    void PrintEscaped(HtmlPlace place, ActionNode action, TemplateValue value)
    {
        var printed = value.IsNil ? "" : new GoPrinter(run.RemainingChars).Print(value); // Nothing is nothing here, as in html/template.
        var last = action.Pipe.Commands[^1].Words[0] is IdentifierNode { Function.Name: "html" or "urlquery" } escaper ? escaper.Function.Name : null;
        Write(place.Value(value, printed, last, run));
    }

    void Write(string text)
    {
        output.Append(text);
        if (output.Length > run.Limits.MaxOutputChars) Fail($"exceeded the limit of {run.Limits.MaxOutputChars} characters of output");
    }

    void At(TemplateNode visited)
    {
        node = visited;
        run.Step();
    }

    [DoesNotReturn]
    void Fail(string reason)
    {
        if (node is null) throw new TemplateExecutionException($"template: {template.Name}: {reason}");
        var (line, column) = template.LocationOf(node.Position);
        var quoted = node.ToString()!;
        throw new TemplateExecutionException(
            $"template: {template.ParseName}:{line}:{column}: executing {GoText.Quote(template.Name)} at <{quoted}>: {reason}", line, column, template.ParseName);
    }
}
