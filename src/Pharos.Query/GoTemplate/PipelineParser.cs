using System.Text;
using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Parses what an action computes: declarations, commands between bars, and their operands.</summary>
/// <remarks>Knows the variables that are visible where the cursor stands; <see cref="TemplateParser"/> opens and closes their scopes.</remarks>
sealed class PipelineParser(TokenCursor cursor, TemplateFunctionSet functions)
{
    readonly List<string> variables = ["$"];

    /// <summary>How many variables are visible, to be given to <see cref="CloseScope"/>.</summary>
    public int VariableCount => variables.Count;

    /// <summary>Forgets the variables that were declared since.</summary>
    public void CloseScope(int variableCount) => variables.RemoveRange(variableCount, variables.Count - variableCount);

    /// <summary>Hides all variables but <c>$</c>, for the body of a definition.</summary>
    public string[] HideVariables()
    {
        var outer = variables.ToArray();
        CloseScope(1);
        return outer;
    }

    public void ShowVariables(string[] outer)
    {
        variables.Clear();
        variables.AddRange(outer);
    }

    /// <summary>Declarations, then commands between bars, up to the token that closes the pipeline.</summary>
    public PipeNode Parse(string context, TokenKind end)
    {
        cursor.Enter();
        var position = cursor.PeekNonSpace().Position;
        var declared = ParseDeclarations(context, out var assigns);
        var commands = new List<CommandNode>();
        while (true)
        {
            var token = cursor.NextNonSpace();
            if (token.Kind == end)
            {
                CheckPipeline(commands, context);
                cursor.Leave();
                return new(position, declared, assigns, commands);
            }
            switch (token.Kind)
            {
                case TokenKind.Bool or TokenKind.CharConstant or TokenKind.Dot or TokenKind.Field or TokenKind.Identifier or TokenKind.Number
                    or TokenKind.Nil or TokenKind.RawString or TokenKind.String or TokenKind.Variable or TokenKind.LeftParen:
                    cursor.Back();
                    commands.Add(ParseCommand());
                    break;
                default:
                    cursor.Unexpected(token, context);
                    break;
            }
        }
    }

    List<VariableNode> ParseDeclarations(string context, out bool assigns)
    {
        assigns = false;
        var declared = new List<VariableNode>();
        while (cursor.PeekNonSpace().Kind == TokenKind.Variable)
        {
            var start = cursor.Place;
            var variable = cursor.NextNonSpace();
            var sign = cursor.PeekNonSpace();
            if (sign.Kind is TokenKind.Assign or TokenKind.Declare)
            {
                assigns = sign.Kind == TokenKind.Assign;
                cursor.NextNonSpace();
                declared.Add(new(variable.Position, variable.Text, []));
                if (assigns) CheckVariable(variable.Text);
                else variables.Add(variable.Text);
                return declared;
            }
            if (sign is not { Kind: TokenKind.Char, Text: "," })
            {
                cursor.Place = start;
                return declared;
            }
            cursor.NextNonSpace();
            declared.Add(new(variable.Position, variable.Text, []));
            variables.Add(variable.Text);
            if (context != "range" || declared.Count > 1) cursor.Fail($"too many declarations in {context}");
            if (cursor.PeekNonSpace().Kind is not (TokenKind.Variable or TokenKind.RightDelimiter or TokenKind.RightParen)) cursor.Fail("range can only initialize variables");
        }
        return declared;
    }

    void CheckPipeline(List<CommandNode> commands, string context)
    {
        if (commands.Count == 0) cursor.Fail($"missing value for {context}");
        for (var i = 1; i < commands.Count; i++)
        {
            // What stands after a bar takes an argument, so it cannot be a literal.
            if (commands[i].Words[0] is BoolNode or DotNode or NilNode or NumberNode or StringNode)
            {
                cursor.Fail($"non executable command in pipeline stage {i + 1}");
            }
        }
    }

    CommandNode ParseCommand()
    {
        var position = cursor.PeekNonSpace().Position;
        var words = new List<TemplateNode>();
        while (true)
        {
            cursor.SkipSpace();
            if (ParseOperand() is { } operand) words.Add(operand);
            var token = cursor.Next();
            switch (token.Kind)
            {
                case TokenKind.Space:
                    continue;
                case TokenKind.RightDelimiter or TokenKind.RightParen:
                    cursor.Back();
                    break;
                case TokenKind.Pipe:
                    break;
                default:
                    cursor.Unexpected(token, "operand");
                    break;
            }
            if (words.Count == 0) cursor.Fail("empty command");
            return new(position, words);
        }
    }

    /// <summary>A term and the fields behind it.</summary>
    TemplateNode? ParseOperand()
    {
        var node = ParseTerm();
        if (node is null || cursor.Peek().Kind != TokenKind.Field) return node;
        var position = cursor.Peek().Position;
        var fields = new List<string>();
        while (cursor.Peek().Kind == TokenKind.Field) fields.Add(cursor.Next().Text[1..]);
        switch (node)
        {
            case FieldNode field:
                return new FieldNode(position, [.. field.Fields, .. fields]);
            case VariableNode variable:
                return new VariableNode(position, variable.Name, [.. variable.Fields, .. fields]);
            case BoolNode or StringNode or NumberNode or NilNode or DotNode:
                cursor.Fail($"unexpected . after term {GoText.Quote(node.ToString()!)}");
                return null;
            default:
                return new ChainNode(position, node, fields);
        }
    }

    TemplateNode? ParseTerm()
    {
        var token = cursor.NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Identifier:
                if (functions.Find(token.Text) is { } function) return new IdentifierNode(token.Position, function);
                cursor.Fail($"function {GoText.Quote(token.Text)} not defined");
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
                return Parse("parenthesized pipeline", TokenKind.RightParen);
            case TokenKind.String or TokenKind.RawString:
                return new StringNode(token.Position, token.Text, cursor.Unquote(token));
        }
        cursor.Back();
        return null;
    }

    NumberNode ParseNumber(Token token)
    {
        if (token.Kind == TokenKind.CharConstant)
        {
            if (!GoLiteral.TryUnquote(token.Text, out var character) || character.EnumerateRunes().Count() != 1) cursor.Fail($"malformed character constant: {token.Text}");
            var rune = Rune.GetRuneAt(character, 0).Value;
            return new(token.Position, token.Text, rune, rune, isIdealFloat: false);
        }
        if (!GoLiteral.TryParseNumber(token.Text, out var whole, out var fractional, out var isWhole)) cursor.Fail($"illegal number syntax: {GoText.Quote(token.Text)}");
        return new(token.Position, token.Text, whole, fractional, !isWhole);
    }

    void CheckVariable(string variable)
    {
        if (!variables.Contains(variable)) cursor.Fail($"undefined variable {GoText.Quote(variable)}");
    }
}
