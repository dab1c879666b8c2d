using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Parses one text into the templates that it defines, the text itself among them under its own name.</summary>
/// <remarks>
/// <para>Limits: those of <see cref="TokenCursor"/>.</para>
/// <para>Errors: the first fault throws <see cref="TemplateSyntaxException"/>, in Go's words.</para>
/// </remarks>
sealed class TemplateParser
{
    readonly TokenCursor cursor;
    readonly PipelineParser pipelines;
    readonly Dictionary<string, ParsedTemplate> templates = new(StringComparer.Ordinal);
    int rangeDepth;

    TemplateParser(string name, string text, TemplateFunctionSet functions)
    {
        cursor = new(name, text);
        pipelines = new(cursor, functions);
    }

    public static IReadOnlyDictionary<string, ParsedTemplate> Parse(string name, string text, TemplateFunctionSet functions)
    {
        var parser = new TemplateParser(name, text, functions);
        var nodes = new List<TemplateNode>();
        while (parser.cursor.Peek().Kind != TokenKind.EndOfText)
        {
            if (parser.ParseTextOrAction(isTopLevel: true, out var ending) is { } node) nodes.Add(node);
            else if (ending != Ending.None) parser.cursor.Fail($"unexpected {(ending == Ending.End ? "{{end}}" : "{{else}}")}");
        }
        parser.Define(name, new(0, nodes));
        return parser.templates;
    }

    /// <summary>What closed a list of nodes.</summary>
    enum Ending
    {
        None,
        End,
        Else,
    }

    /// <summary>One piece of text or one action. Null when it was a definition, an end or an else.</summary>
    TemplateNode? ParseTextOrAction(bool isTopLevel, out Ending ending)
    {
        ending = Ending.None;
        var token = cursor.NextNonSpace();
        if (token.Kind == TokenKind.Text) return new TextNode(token.Position, token.Text);
        if (token.Kind != TokenKind.LeftDelimiter) cursor.Unexpected(token, "input");
        cursor.ActionLine = token.Line;
        cursor.Enter();
        try
        {
            return ParseAction(isTopLevel, out ending);
        }
        finally
        {
            cursor.Leave();
            cursor.ActionLine = 0;
        }
    }

    TemplateNode? ParseAction(bool isTopLevel, out Ending ending)
    {
        ending = Ending.None;
        var token = cursor.NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Define when isTopLevel:
                ParseDefinition();
                return null;
            case TokenKind.Block:
                return ParseBlock(token.Position);
            case TokenKind.Break or TokenKind.Continue:
                return ParseLoopControl(token);
            case TokenKind.Else:
                if (cursor.PeekNonSpace().Kind is not (TokenKind.If or TokenKind.With)) cursor.Expect(TokenKind.RightDelimiter, "else");
                ending = Ending.Else;
                return null;
            case TokenKind.End:
                cursor.Expect(TokenKind.RightDelimiter, "end");
                ending = Ending.End;
                return null;
            case TokenKind.If:
                return ParseBranch(BranchKind.If);
            case TokenKind.With:
                return ParseBranch(BranchKind.With);
            case TokenKind.Range:
                return ParseBranch(BranchKind.Range);
            case TokenKind.Template:
                return ParseCallTemplate(token.Position);
        }
        cursor.Back();
        var position = cursor.Peek().Position;
        return new ActionNode(position, pipelines.Parse("command", TokenKind.RightDelimiter));
    }

    TemplateNode ParseLoopControl(Token token)
    {
        var word = token.Text;
        var after = cursor.NextNonSpace();
        if (after.Kind != TokenKind.RightDelimiter) cursor.Unexpected(after, $"{{{{{word}}}}}");
        if (rangeDepth == 0) cursor.Fail($"{{{{{word}}}}} outside {{{{range}}}}");
        return token.Kind == TokenKind.Break ? new BreakNode(token.Position) : new ContinueNode(token.Position);
    }

    void ParseDefinition()
    {
        var defined = ExpectName("define clause");
        cursor.Expect(TokenKind.RightDelimiter, "define clause");
        ParseBody(defined, "define clause");
    }

    /// <summary><c>block "name" pipeline</c>: a definition and its call in one.</summary>
    CallTemplateNode ParseBlock(int position)
    {
        var defined = ExpectName("block clause");
        var pipe = pipelines.Parse("block clause", TokenKind.RightDelimiter);
        ParseBody(defined, "block clause");
        return new(position, defined, pipe);
    }

    /// <summary>The body of a definition: neither the variables nor the loops around it reach into it.</summary>
    void ParseBody(string defined, string context)
    {
        var (outerVariables, outerRanges) = (pipelines.HideVariables(), rangeDepth);
        rangeDepth = 0;
        var body = ParseList(out var ending);
        if (ending != Ending.End) cursor.Fail($"unexpected {{{{else}}}} in {context}");
        Define(defined, body);
        pipelines.ShowVariables(outerVariables);
        rangeDepth = outerRanges;
    }

    CallTemplateNode ParseCallTemplate(int position)
    {
        var called = ExpectName("template clause");
        PipeNode? pipe = null;
        if (cursor.NextNonSpace().Kind != TokenKind.RightDelimiter)
        {
            cursor.Back();
            pipe = pipelines.Parse("template clause", TokenKind.RightDelimiter);
        }
        return new(position, called, pipe);
    }

    string ExpectName(string context)
    {
        var token = cursor.NextNonSpace();
        if (token.Kind is not (TokenKind.String or TokenKind.RawString)) cursor.Unexpected(token, context);
        return cursor.Unquote(token);
    }

    /// <summary>A template given twice: the later one counts, unless it is blank and the former is not.</summary>
    void Define(string defined, ListNode body)
    {
        var isEmpty = body.Nodes.All(node => node is TextNode literal && string.IsNullOrWhiteSpace(literal.Text));
        if (templates.TryGetValue(defined, out var before))
        {
            if (!before.IsEmpty && !isEmpty) cursor.Fail($"multiple definition of template {GoText.Quote(defined)}");
            if (!before.IsEmpty) return;
        }
        templates[defined] = new(defined, cursor.Name, cursor.Text, body, isEmpty);
    }

    BranchNode ParseBranch(BranchKind kind)
    {
        var context = kind switch { BranchKind.If => "if", BranchKind.With => "with", _ => "range" };
        var position = cursor.Peek().Position;
        var outerVariables = pipelines.VariableCount;
        var pipe = pipelines.Parse(context, TokenKind.RightDelimiter);
        if (kind == BranchKind.Range) rangeDepth++;
        var body = ParseList(out var ending);
        if (kind == BranchKind.Range) rangeDepth--;
        ListNode? otherwise = null;
        if (ending == Ending.Else)
        {
            var chained = kind == BranchKind.Range ? TokenKind.EndOfText : kind == BranchKind.If ? TokenKind.If : TokenKind.With;
            if (cursor.PeekNonSpace().Kind == chained)
            {
                // "else if" is an if within the else, and both end at one end.
                var elsePosition = cursor.NextNonSpace().Position;
                cursor.Enter();
                otherwise = new(elsePosition, [ParseBranch(kind)]);
                cursor.Leave();
            }
            else
            {
                if (cursor.PeekNonSpace().Kind is TokenKind.If or TokenKind.With) cursor.Unexpected(cursor.NextNonSpace(), "else");
                otherwise = ParseList(out ending);
                if (ending != Ending.End) cursor.Fail("expected end; found {{else}}");
            }
        }
        pipelines.CloseScope(outerVariables);
        return new(position, kind, pipe, body, otherwise);
    }

    /// <summary>Nodes up to an end or an else.</summary>
    ListNode ParseList(out Ending ending)
    {
        var nodes = new List<TemplateNode>();
        var position = cursor.PeekNonSpace().Position;
        while (cursor.PeekNonSpace().Kind != TokenKind.EndOfText)
        {
            var node = ParseTextOrAction(isTopLevel: false, out ending);
            if (ending != Ending.None) return new(position, nodes);
            if (node is not null) nodes.Add(node);
        }
        ending = Ending.None;
        cursor.Fail("unexpected EOF");
        return null;
    }
}
