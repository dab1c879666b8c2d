using System.Diagnostics.CodeAnalysis;
using System.Text;
using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Parses one text into the templates that it defines, the text itself among them under its own name.</summary>
/// <remarks>
/// <para>Limits: nesting of <see cref="MaxNesting"/>, so that a hostile text cannot exhaust the stack here or in the evaluator.</para>
/// <para>Errors: the first fault throws <see cref="TemplateSyntaxException"/>, in Go's words.</para>
/// </remarks>
sealed class TemplateParser
{
    const int MaxNesting = 500;

    readonly string name;
    readonly string text;
    readonly TemplateFunctionSet functions;
    readonly List<Token> tokens;
    readonly List<string> variables = ["$"];
    readonly Dictionary<string, ParsedTemplate> templates = new(StringComparer.Ordinal);
    int next;
    int nesting;
    int rangeDepth;
    int actionLine;

    TemplateParser(string name, string text, TemplateFunctionSet functions)
    {
        this.name = name;
        this.text = text;
        this.functions = functions;
        tokens = TemplateLexer.Lex(text);
    }

    public static IReadOnlyDictionary<string, ParsedTemplate> Parse(string name, string text, TemplateFunctionSet functions)
    {
        var parser = new TemplateParser(name, text, functions);
        var nodes = new List<TemplateNode>();
        while (parser.Peek().Kind != TokenKind.EndOfText)
        {
            if (parser.ParseTextOrAction(isTopLevel: true, out var ending) is { } node) nodes.Add(node);
            else if (ending != Ending.None) parser.Fail($"unexpected {(ending == Ending.End ? "{{end}}" : "{{else}}")}");
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
        var token = NextNonSpace();
        if (token.Kind == TokenKind.Text) return new TextNode(token.Position, token.Text);
        if (token.Kind != TokenKind.LeftDelimiter) Unexpected(token, "input");
        actionLine = token.Line;
        Enter();
        try
        {
            return ParseAction(isTopLevel, out ending);
        }
        finally
        {
            nesting--;
            actionLine = 0;
        }
    }

    TemplateNode? ParseAction(bool isTopLevel, out Ending ending)
    {
        ending = Ending.None;
        var token = NextNonSpace();
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
                if (PeekNonSpace().Kind is not (TokenKind.If or TokenKind.With)) Expect(TokenKind.RightDelimiter, "else");
                ending = Ending.Else;
                return null;
            case TokenKind.End:
                Expect(TokenKind.RightDelimiter, "end");
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
        next--;
        var position = Peek().Position;
        return new ActionNode(position, ParsePipeline("command", TokenKind.RightDelimiter));
    }

    TemplateNode ParseLoopControl(Token token)
    {
        var word = token.Text;
        var after = NextNonSpace();
        if (after.Kind != TokenKind.RightDelimiter) Unexpected(after, $"{{{{{word}}}}}");
        if (rangeDepth == 0) Fail($"{{{{{word}}}}} outside {{{{range}}}}");
        return token.Kind == TokenKind.Break ? new BreakNode(token.Position) : new ContinueNode(token.Position);
    }

    void ParseDefinition()
    {
        var defined = ExpectName("define clause");
        Expect(TokenKind.RightDelimiter, "define clause");
        var (outerVariables, outerRanges) = (variables.ToArray(), rangeDepth);
        variables.RemoveRange(1, variables.Count - 1);
        rangeDepth = 0;
        var body = ParseList(out var ending);
        if (ending != Ending.End) Fail("unexpected {{else}} in define clause");
        Define(defined, body);
        variables.Clear();
        variables.AddRange(outerVariables);
        rangeDepth = outerRanges;
    }

    /// <summary><c>block "name" pipeline</c>: a definition and its call in one.</summary>
    CallTemplateNode ParseBlock(int position)
    {
        var defined = ExpectName("block clause");
        var pipe = ParsePipeline("block clause", TokenKind.RightDelimiter);
        var (outerVariables, outerRanges) = (variables.ToArray(), rangeDepth);
        variables.RemoveRange(1, variables.Count - 1);
        rangeDepth = 0;
        var body = ParseList(out var ending);
        if (ending != Ending.End) Fail("unexpected {{else}} in block clause");
        Define(defined, body);
        variables.Clear();
        variables.AddRange(outerVariables);
        rangeDepth = outerRanges;
        return new(position, defined, pipe);
    }

    CallTemplateNode ParseCallTemplate(int position)
    {
        var called = ExpectName("template clause");
        PipeNode? pipe = null;
        if (NextNonSpace().Kind != TokenKind.RightDelimiter)
        {
            next--;
            pipe = ParsePipeline("template clause", TokenKind.RightDelimiter);
        }
        return new(position, called, pipe);
    }

    string ExpectName(string context)
    {
        var token = NextNonSpace();
        if (token.Kind is not (TokenKind.String or TokenKind.RawString)) Unexpected(token, context);
        return Unquote(token);
    }

    /// <summary>A template given twice: the later one counts, unless it is blank and the former is not.</summary>
    void Define(string defined, ListNode body)
    {
        var isEmpty = body.Nodes.All(node => node is TextNode literal && string.IsNullOrWhiteSpace(literal.Text));
        if (templates.TryGetValue(defined, out var before))
        {
            if (!before.IsEmpty && !isEmpty) Fail($"multiple definition of template {GoText.Quote(defined)}");
            if (!before.IsEmpty) return;
        }
        templates[defined] = new(defined, name, text, body, isEmpty);
    }

    BranchNode ParseBranch(BranchKind kind)
    {
        var context = kind switch { BranchKind.If => "if", BranchKind.With => "with", _ => "range" };
        var position = Peek().Position;
        var outerVariables = variables.Count;
        var pipe = ParsePipeline(context, TokenKind.RightDelimiter);
        if (kind == BranchKind.Range) rangeDepth++;
        var body = ParseList(out var ending);
        if (kind == BranchKind.Range) rangeDepth--;
        ListNode? otherwise = null;
        if (ending == Ending.Else)
        {
            var chained = kind == BranchKind.Range ? TokenKind.EndOfText : kind == BranchKind.If ? TokenKind.If : TokenKind.With;
            if (PeekNonSpace().Kind == chained)
            {
                // "else if" is an if within the else, and both end at one end.
                var elsePosition = NextNonSpace().Position;
                Enter();
                otherwise = new(elsePosition, [ParseBranch(kind)]);
                nesting--;
            }
            else
            {
                if (PeekNonSpace().Kind is TokenKind.If or TokenKind.With) Unexpected(NextNonSpace(), "else");
                otherwise = ParseList(out ending);
                if (ending != Ending.End) Fail("expected end; found {{else}}");
            }
        }
        variables.RemoveRange(outerVariables, variables.Count - outerVariables);
        return new(position, kind, pipe, body, otherwise);
    }

    /// <summary>Nodes up to an end or an else.</summary>
    ListNode ParseList(out Ending ending)
    {
        var nodes = new List<TemplateNode>();
        var position = PeekNonSpace().Position;
        while (PeekNonSpace().Kind != TokenKind.EndOfText)
        {
            var node = ParseTextOrAction(isTopLevel: false, out ending);
            if (ending != Ending.None) return new(position, nodes);
            if (node is not null) nodes.Add(node);
        }
        ending = Ending.None;
        Fail("unexpected EOF");
        return null;
    }

    /// <summary>Declarations, then commands between bars, up to the token that closes the pipeline.</summary>
    PipeNode ParsePipeline(string context, TokenKind end)
    {
        Enter();
        var position = PeekNonSpace().Position;
        var declared = ParseDeclarations(context, out var assigns);
        var commands = new List<CommandNode>();
        while (true)
        {
            var token = NextNonSpace();
            if (token.Kind == end)
            {
                CheckPipeline(commands, context);
                nesting--;
                return new(position, declared, assigns, commands);
            }
            switch (token.Kind)
            {
                case TokenKind.Bool or TokenKind.CharConstant or TokenKind.Dot or TokenKind.Field or TokenKind.Identifier or TokenKind.Number
                    or TokenKind.Nil or TokenKind.RawString or TokenKind.String or TokenKind.Variable or TokenKind.LeftParen:
                    next--;
                    commands.Add(ParseCommand());
                    break;
                default:
                    Unexpected(token, context);
                    break;
            }
        }
    }

    List<VariableNode> ParseDeclarations(string context, out bool assigns)
    {
        assigns = false;
        var declared = new List<VariableNode>();
        while (PeekNonSpace().Kind == TokenKind.Variable)
        {
            var start = next;
            var variable = NextNonSpace();
            var sign = PeekNonSpace();
            if (sign.Kind is TokenKind.Assign or TokenKind.Declare)
            {
                assigns = sign.Kind == TokenKind.Assign;
                NextNonSpace();
                declared.Add(new(variable.Position, variable.Text, []));
                if (assigns) CheckVariable(variable.Text);
                else variables.Add(variable.Text);
                return declared;
            }
            if (sign is not { Kind: TokenKind.Char, Text: "," })
            {
                next = start;
                return declared;
            }
            NextNonSpace();
            declared.Add(new(variable.Position, variable.Text, []));
            variables.Add(variable.Text);
            if (context != "range" || declared.Count > 1) Fail($"too many declarations in {context}");
            if (PeekNonSpace().Kind is not (TokenKind.Variable or TokenKind.RightDelimiter or TokenKind.RightParen)) Fail("range can only initialize variables");
        }
        return declared;
    }

    void CheckPipeline(List<CommandNode> commands, string context)
    {
        if (commands.Count == 0) Fail($"missing value for {context}");
        for (var i = 1; i < commands.Count; i++)
        {
            // What stands after a bar takes an argument, so it cannot be a literal.
            if (commands[i].Words[0] is BoolNode or DotNode or NilNode or NumberNode or StringNode)
            {
                Fail($"non executable command in pipeline stage {i + 1}");
            }
        }
    }

    CommandNode ParseCommand()
    {
        var position = PeekNonSpace().Position;
        var words = new List<TemplateNode>();
        while (true)
        {

            SkipSpace();
            if (ParseOperand() is { } operand) words.Add(operand);
            var token = Next();
            switch (token.Kind)
            {
                case TokenKind.Space:
                    continue;
                case TokenKind.RightDelimiter or TokenKind.RightParen:
                    next--;
                    break;
                case TokenKind.Pipe:
                    break;
                default:
                    Unexpected(token, "operand");
                    break;
            }
            if (words.Count == 0) Fail("empty command");
            return new(position, words);
        }
    }

    /// <summary>A term and the fields behind it.</summary>
    TemplateNode? ParseOperand()
    {
        var node = ParseTerm();
        if (node is null || Peek().Kind != TokenKind.Field) return node;
        var position = Peek().Position;
        var fields = new List<string>();
        while (Peek().Kind == TokenKind.Field) fields.Add(Next().Text[1..]);
        switch (node)
        {
            case FieldNode field:
                return new FieldNode(position, [.. field.Fields, .. fields]);
            case VariableNode variable:
                return new VariableNode(position, variable.Name, [.. variable.Fields, .. fields]);
            case BoolNode or StringNode or NumberNode or NilNode or DotNode:
                Fail($"unexpected . after term {GoText.Quote(node.ToString()!)}");
                return null;
            default:
                return new ChainNode(position, node, fields);
        }
    }

    TemplateNode? ParseTerm()
    {
        var token = NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Identifier:
                if (functions.Find(token.Text) is { } function) return new IdentifierNode(token.Position, function);
                Fail($"function {GoText.Quote(token.Text)} not defined");
                return null;
            case TokenKind.Dot:
                return new DotNode(token.Position);
            case TokenKind.Nil:
                return new NilNode(token.Position);
            case TokenKind.Variable:
                CheckVariable(token.Text);
                return new VariableNode(token.Position, token.Text, []);
            case TokenKind.Field:
                return new FieldNode(token.Position, [token.Text[1..]]);
            case TokenKind.Bool:
                return new BoolNode(token.Position, token.Text == "true");
            case TokenKind.CharConstant or TokenKind.Number:
                return ParseNumber(token);
            case TokenKind.LeftParen:
                return ParsePipeline("parenthesized pipeline", TokenKind.RightParen);
            case TokenKind.String or TokenKind.RawString:
                return new StringNode(token.Position, token.Text, Unquote(token));
        }
        next--;
        return null;
    }

    NumberNode ParseNumber(Token token)
    {
        if (token.Kind == TokenKind.CharConstant)
        {
            if (!GoLiteral.TryUnquote(token.Text, out var character) || character.EnumerateRunes().Count() != 1) Fail($"malformed character constant: {token.Text}");
            var rune = Rune.GetRuneAt(character, 0).Value;
            return new(token.Position, token.Text, rune, rune, isIdealFloat: false);
        }
        if (!GoLiteral.TryParseNumber(token.Text, out var whole, out var fractional, out var isWhole)) Fail($"illegal number syntax: {GoText.Quote(token.Text)}");
        return new(token.Position, token.Text, whole, fractional, !isWhole);
    }

    string Unquote(Token token)
    {
        if (!GoLiteral.TryUnquote(token.Text, out var unquoted)) Fail("invalid syntax");
        return unquoted;
    }

    void CheckVariable(string variable)
    {
        if (!variables.Contains(variable)) Fail($"undefined variable {GoText.Quote(variable)}");
    }

    Token Peek() => tokens[Math.Min(next, tokens.Count - 1)];

    Token Next() => tokens[Math.Min(next++, tokens.Count - 1)];

    void SkipSpace()
    {
        while (Peek().Kind == TokenKind.Space) next++;
    }

    Token PeekNonSpace()
    {
        var at = next;
        while (at < tokens.Count - 1 && tokens[at].Kind == TokenKind.Space) at++;
        return tokens[Math.Min(at, tokens.Count - 1)];
    }

    Token NextNonSpace()
    {
        SkipSpace();
        return Next();
    }

    void Expect(TokenKind kind, string context)
    {
        var token = NextNonSpace();
        if (token.Kind != kind) Unexpected(token, context);
    }

    void Enter()
    {
        if (++nesting > MaxNesting) Fail($"nested deeper than {MaxNesting} levels");
    }

    [DoesNotReturn]
    void Unexpected(Token token, string context)
    {
        if (token.Kind != TokenKind.Error) Fail($"unexpected {token} in {context}");
        var extra = "";
        if (actionLine != 0 && actionLine != token.Line)
        {
            extra = token.Text.EndsWith(" action", StringComparison.Ordinal) ? $" started at {name}:{actionLine}" : $" in action started at {name}:{actionLine}";
        }
        Fail($"{token}{extra}");
    }

    /// <summary>Refuses the text at the token read last.</summary>
    [DoesNotReturn]
    void Fail(string reason)
    {
        var token = tokens[Math.Clamp(next - 1, 0, tokens.Count - 1)];
        throw new TemplateSyntaxException(name, token.Line, ParsedTemplate.ColumnOf(text, token.Position), reason);
    }
}

/// <summary>A template and the text it came from, which positions in messages refer to.</summary>
sealed record ParsedTemplate(string Name, string ParseName, string Text, ListNode Body, bool IsEmpty)
{
    /// <summary>Where in the text, as Go counts: lines from 1, columns in bytes from 0.</summary>
    public (int Line, int Column) LocationOf(int position) => (1 + Text.AsSpan(0, position).Count('\n'), ColumnOf(Text, position));

    public static int ColumnOf(string text, int position)
    {
        var before = text.AsSpan(0, Math.Min(position, text.Length));
        return Encoding.UTF8.GetByteCount(before[(before.LastIndexOf('\n') + 1)..]);
    }
}
